package io.weir.controlplane.policy;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Every service port that a group of proxies may call, with its routes. Holds nothing of a single proxy. */
public record OutboundPolicy(MeshSettings settings, SortedMap<ServicePortKey, OutboundPort> ports) {

    public OutboundPolicy {
        ports = Sorted.map(ports);
    }

    /**
     * As much of it as a proxy's own listeners depend on. Where requests go is said by routes, and who may answer them by clusters, both
     * of which proxies share; so a change of a weight leaves this equal.
     */
    public OutboundPolicy listening() {
        SortedMap<ServicePortKey, OutboundPort> listening = new TreeMap<>();
        ports.forEach((key, port) -> {
            RouteTable routes = port.routes().protocol() == AppProtocol.TCP
                    ? port.routes()
                    : new RouteTable(key, port.routes().protocol(), List.of());
            listening.put(
                    key,
                    new OutboundPort(
                            key, routes, port.addresses(), Collections.emptySortedSet(), port.claimed(), false));
        });
        return new OutboundPolicy(settings, listening);
    }
}
