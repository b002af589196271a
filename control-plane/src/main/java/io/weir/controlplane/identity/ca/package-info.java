/**
 * The embedded certificate authority: its roots and their rotation, workload certificates (SPIFFE X.509 SVIDs), and the
 * xDS server's certificate.
 *
 * <p>In: who needs a certificate, and word of which roots the proxies hold. Out: certificates, the bundle of roots to
 * trust, and steps of a rotation. A step is on the disk before it takes effect, in one atomic write, so a process
 * killed between any two instructions goes on where it was.
 *
 * <p>Never here: a leaf's private key on the disk, or any private key in a log or a printed value.
 */
@NullMarked
package io.weir.controlplane.identity.ca;

import org.jspecify.annotations.NullMarked;
