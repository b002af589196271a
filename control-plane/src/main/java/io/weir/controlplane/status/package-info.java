/**
 * What a cluster is told of its SMI objects, where people look: conditions in their status, and Events.
 *
 * <p>In: a {@link io.weir.controlplane.status.Observed} mesh: the objects, what was found wrong with them, and what the
 * proxies acknowledged. Out: the conditions that each object should have, and what there is to report of it, both pure;
 * a writer of each, for the leader, that writes only what is not there yet.
 *
 * <p>Never here: a rule of SMI, which {@link io.weir.controlplane.model.build} has decided; a change of what somebody else
 * wrote.
 */
@NullMarked
package io.weir.controlplane.status;

import org.jspecify.annotations.NullMarked;
