/**
 * The Envoy bootstrap of a pod.
 *
 * <p>In: where the control plane is, the pod's probes, where the app's metrics are. Out: JSON for {@code envoy --config-yaml},
 * in which Kubernetes still puts the pod's name and address.
 *
 * <p>Never here: pods. What the app is called with from here bypasses the mesh's policies, so it is exact: one method, one
 * path, no query.
 */
@NullMarked
package io.weir.injector.bootstrap;

import org.jspecify.annotations.NullMarked;
