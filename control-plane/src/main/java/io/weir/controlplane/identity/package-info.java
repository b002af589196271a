/**
 * Who a proxy is and how it proves it: the certificate authority, workload certificates (SPIFFE X.509 SVIDs), locally
 * signed tokens, and the authenticators of the xDS port.
 *
 * <p>In: credentials of a connection. Out: one {@link io.weir.controlplane.identity.ProxyIdentity}, from which alone
 * configuration and keys follow; never from an address, a header or a node id. Private keys are redacted when printed,
 * never logged, and given only to the proxy whose identity they are.
 */
@NullMarked
package io.weir.controlplane.identity;

import org.jspecify.annotations.NullMarked;
