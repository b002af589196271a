/**
 * The only orchestrator: when something changes, runs the stages in order and hands the result to the cache.
 *
 * <p>In: {@link io.weir.controlplane.source.ClusterStateSource} and certificate renewals. Out: a
 * {@link io.weir.controlplane.push.World}, and for every connected proxy a
 * {@link io.weir.controlplane.xds.resource.ProxySnapshot}. One thread builds worlds; a proxy's own part is built when
 * the cache asks for it, so that proxies which aren't connected cost nothing.
 *
 * <p>Never here: a rule of SMI or a fact of Envoy; those belong to the stages.
 */
@NullMarked
package io.weir.controlplane.push;

import org.jspecify.annotations.NullMarked;
