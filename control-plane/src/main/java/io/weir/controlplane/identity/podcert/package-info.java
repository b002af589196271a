/**
 * Weir as the signer of pod certificates: a node makes a key for a pod and asks, Kubernetes carries the request, and the
 * certificate comes back the same way. The key never leaves the node.
 *
 * <p>In: PodCertificateRequests of our signer name, from the API server. Out: their status, a certificate or why there is
 * none. What a request says is believed only where the live pod and account say the same.
 *
 * <p>Never here: a private key; anything of a request's PKCS#10 but its public key.
 */
@NullMarked
package io.weir.controlplane.identity.podcert;

import org.jspecify.annotations.NullMarked;
