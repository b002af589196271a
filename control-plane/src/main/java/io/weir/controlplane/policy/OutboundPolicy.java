package io.weir.controlplane.policy;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Sorted.Cursor;
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
        SortedMap<ServicePortKey, OutboundPort> listening = new TreeMap<>(ports);
        listening.replaceAll((_, port) -> port.listening());
        return new OutboundPolicy(settings, listening);
    }

    /** Whether the same {@link Scopes} follow from it, as far as they follow from service ports. */
    public boolean refusesLike(OutboundPolicy other) {
        if (ports.size() != other.ports.size()) {
            return false;
        }
        Cursor<ServicePortKey, OutboundPort> others = new Cursor<>(other.ports);
        return ports.entrySet().stream().allMatch(port -> {
            OutboundPort one = others.at(port.getKey());
            return one != null && port.getValue().refusesLike(one);
        });
    }
}
