/**
 * The certificate authority's state in a cluster: a Secret that all replicas of the control plane share.
 *
 * <p>In: a client of the API server. Out: the state, and a root that the mesh's owner gives.
 *
 * <p>Never here: keys in logs or messages; a new root where there was one before.
 */
@NullMarked
package io.weir.controlplane.identity.ca.secret;

import org.jspecify.annotations.NullMarked;
