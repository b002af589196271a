/** Translated configuration in real Envoys, without a control plane: what passes, what is refused and how. */
@NullMarked
package io.weir.controlplane.xds.traffic;

import org.jspecify.annotations.NullMarked;
