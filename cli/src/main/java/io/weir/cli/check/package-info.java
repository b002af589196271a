/**
 * What {@code weir check} looks at, a category at a time.
 *
 * <p>In: a client of the cluster, with the caller's own rights. Out: a line for each check, with a hint where it fails.
 *
 * <p>Never here: anything that changes the cluster; printing.
 */
@NullMarked
package io.weir.cli.check;

import org.jspecify.annotations.NullMarked;
