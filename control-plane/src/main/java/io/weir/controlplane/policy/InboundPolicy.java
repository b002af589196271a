package io.weir.controlplane.policy;

import io.weir.controlplane.model.MeshSettings;
import java.util.List;

/** What the sidecar of one workload accepts, port by port. */
public record InboundPolicy(MeshSettings settings, List<InboundPort> ports) {

    public InboundPolicy {
        ports = List.copyOf(ports);
    }
}
