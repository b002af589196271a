/**
 * From policy to Envoy configuration.
 *
 * <p>In: {@link io.weir.controlplane.policy.OutboundPolicy} and {@link io.weir.controlplane.policy.InboundPolicy}. Out:
 * {@link io.weir.controlplane.xds.translate.Recipe}s: records of all that one resource depends on, which build its
 * proto. A recipe equal to the last one under its name needs no new build, and its inputs can't be forgotten in a
 * cache key, because they are the key.
 *
 * <p>Never here: SMI or Kubernetes types, I/O, clocks, state.
 */
@NullMarked
package io.weir.controlplane.xds.translate;

import org.jspecify.annotations.NullMarked;
