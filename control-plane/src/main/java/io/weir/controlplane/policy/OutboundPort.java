package io.weir.controlplane.policy;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;

/**
 * A service port as callers see it.
 *
 * @param addresses the Service's own virtual addresses
 * @param accounts whose certificates a caller accepts from the Service's own endpoints; empty: nobody's
 * @param claimed whether the mesh has a say: a sidecar answers behind it, or a split speaks of it; where not, a caller
 *     whose traffic is redirected passes it on as it came
 * @param refuses whoever answers refuses callers to whom no TrafficTarget grants anything; nobody else answers
 */
public record OutboundPort(
        ServicePortKey key,
        RouteTable routes,
        List<String> addresses,
        SortedSet<Identity> accounts,
        boolean claimed,
        boolean refuses) {

    public OutboundPort {
        addresses = List.copyOf(addresses);
        accounts = Sorted.set(accounts);
    }

    /** As much of it as a proxy's own listeners depend on. */
    OutboundPort listening() {
        RouteTable seen =
                routes.protocol() == AppProtocol.TCP ? routes : new RouteTable(key, routes.protocol(), List.of());
        return new OutboundPort(key, seen, addresses, Collections.emptySortedSet(), claimed, false);
    }

    /** Whether the same is known of who is refused there, and by which addresses it is called. */
    @SuppressWarnings("ReferenceEquality") // mostly it is the same
    boolean refusesLike(OutboundPort other) {
        return this == other
                || (refuses == other.refuses
                        && claimed == other.claimed
                        && routes.protocol() == other.routes.protocol()
                        && addresses.equals(other.addresses)
                        && accounts.equals(other.accounts));
    }
}
