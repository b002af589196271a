/** What {@code weir authz} shows: the denials that sidecars told of. */
@NullMarked
package io.weir.cli.authz;

import org.jspecify.annotations.NullMarked;
