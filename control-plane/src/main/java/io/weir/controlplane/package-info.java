/**
 * The control plane of Weir: from SMI objects to the configuration of Envoy sidecars.
 *
 * <p>The packages below this one are the stages of that flow, in the order of ARCHITECTURE.md. Here they are wired
 * together, once, by hand: {@link io.weir.controlplane.ControlPlane}.
 */
@NullMarked
package io.weir.controlplane;

import org.jspecify.annotations.NullMarked;
