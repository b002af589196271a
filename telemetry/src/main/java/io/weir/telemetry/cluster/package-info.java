/**
 * The telemetry program of a cluster, and which objects the cluster has beside those that the mesh itself needs: who asks for
 * a Deployment that gets no traffic is told zeros, and who asks for one that is not there is told so.
 *
 * <p>In: names and labels from the API server, what sidecars push, a certificate from the control plane. Out: the metrics API
 * for the API server. Never here: more of an object than that; a key that signs.
 */
@NullMarked
package io.weir.telemetry.cluster;

import org.jspecify.annotations.NullMarked;
