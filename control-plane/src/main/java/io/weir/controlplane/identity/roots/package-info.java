/**
 * How pods that start learn the mesh's roots: by these they know the control plane. All that follows comes by xDS.
 *
 * <p>In: the trust bundle, and the namespaces that have or may get sidecars. Out: a ConfigMap in each, and a
 * ClusterTrustBundle where the cluster has those.
 *
 * <p>Never here: a private key; deleting what a pod may mount.
 */
@NullMarked
package io.weir.controlplane.identity.roots;

import org.jspecify.annotations.NullMarked;
