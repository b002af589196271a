/** The {@code weir} command: one class a verb, each thin over the control plane's packages. */
@NullMarked
package io.weir.cli;

import org.jspecify.annotations.NullMarked;
