/**
 * A Kubernetes cluster as a source.
 *
 * <p>In: objects as the API server lists and tells them ({@link io.weir.controlplane.source.kubernetes.watch}), each
 * trimmed and decoded by itself ({@code KindDecoder}). Out: {@link io.weir.controlplane.source.ClusterState}, kept up to
 * date at the cost of what changes ({@code MeshState}).
 *
 * <p>Never here: a state that was not complete once, an object that stops another one, a withdrawal because the API
 * server is away.
 */
@NullMarked
package io.weir.controlplane.source.kubernetes;

import org.jspecify.annotations.NullMarked;
