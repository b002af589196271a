/**
 * Who may use the admin API of a control plane in a cluster: whoever the cluster's own rules say.
 *
 * <p>In: the token that a caller sends. Out: allowed or not, by TokenReview and SubjectAccessReview.
 *
 * <p>Never here: tokens in logs; a decision without the API server's word.
 */
@NullMarked
package io.weir.controlplane.admin.cluster;

import org.jspecify.annotations.NullMarked;
