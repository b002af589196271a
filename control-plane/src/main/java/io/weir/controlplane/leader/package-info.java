/**
 * Which replica does what must be done once.
 *
 * <p>In: a Lease in the cluster. Out: told when this replica begins to lead, and when it does so no longer.
 *
 * <p>Never here: what a leader does; serving proxies or admission, which every replica does.
 */
@NullMarked
package io.weir.controlplane.leader;

import org.jspecify.annotations.NullMarked;
