package io.weir.controlplane.policy;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import java.util.List;
import java.util.SortedSet;

/**
 * A service port as callers see it.
 *
 * @param addresses the Service's own virtual addresses
 * @param accounts whose certificates a caller accepts from the Service's own endpoints; empty: nobody's
 */
public record OutboundPort(
        ServicePortKey key, RouteTable routes, List<String> addresses, SortedSet<Identity> accounts) {

    public OutboundPort {
        addresses = List.copyOf(addresses);
        accounts = Sorted.set(accounts);
    }
}
