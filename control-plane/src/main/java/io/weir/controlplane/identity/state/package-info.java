/**
 * The folder where Weir keeps what must outlive its processes: the certificate authority and the token key.
 *
 * <p>In: named files as text. Out: the same, whole or not at all, readable by the owner alone. A folder or file that
 * others may read is refused with the command that closes it, never silently repaired: a key that was open once may
 * have been read.
 */
@NullMarked
package io.weir.controlplane.identity.state;

import org.jspecify.annotations.NullMarked;
