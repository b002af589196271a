/**
 * What one proxy must do, before anything is said in Envoy's words.
 *
 * <p>In: {@link io.weir.controlplane.model.MeshModel}. Out: {@link io.weir.controlplane.policy.OutboundPolicy}, equal
 * for every proxy that sees the same services, and {@link io.weir.controlplane.policy.InboundPolicy}, which belongs to
 * one workload. Pure functions on records.
 *
 * <p>Never here: SMI, Kubernetes or Envoy types, I/O, clocks.
 */
@NullMarked
package io.weir.controlplane.policy;

import org.jspecify.annotations.NullMarked;
