package io.weir.controlplane.policy;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import java.util.SortedMap;

/** Every service port that a group of proxies may call, with its routes. Holds nothing of a single proxy. */
public record OutboundPolicy(MeshSettings settings, SortedMap<ServicePortKey, OutboundPort> ports) {

    public OutboundPolicy {
        ports = Sorted.map(ports);
    }
}
