/**
 * How a program of Weir's that is not the authority asks it for a certificate.
 *
 * <p>In: a new key. Out: a PKCS#10 request that proves possession of it, and from such a request the public key. The names
 * in a request count for nothing: which program asks, its credential says.
 */
@NullMarked
package io.weir.controlplane.identity.program;

import org.jspecify.annotations.NullMarked;
