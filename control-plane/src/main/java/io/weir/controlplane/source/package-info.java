/**
 * What the mesh is built from, trimmed to what matters and independent of where it came from.
 *
 * <p>In: a folder of manifests ({@link io.weir.controlplane.source.directory}) or a Kubernetes API server ({@link
 * io.weir.controlplane.source.kubernetes}). Out: {@link io.weir.controlplane.source.ClusterState}, an immutable value. An object that did not change is the same
 * Java object in the next state, so that whatever follows can compare with {@code ==} first.
 *
 * <p>Never here: what an object means for routing or access; that is decided once, in
 * {@link io.weir.controlplane.model.build}.
 */
@NullMarked
package io.weir.controlplane.source;

import org.jspecify.annotations.NullMarked;
