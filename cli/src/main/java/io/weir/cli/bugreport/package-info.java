/**
 * What a report of a bug is made of.
 *
 * <p>In: an API server, asked with the caller's rights; what verbs print. Out: a ZIP file, from which secrets were taken.
 * Never here: reading a Secret.
 */
@NullMarked
package io.weir.cli.bugreport;

import org.jspecify.annotations.NullMarked;
