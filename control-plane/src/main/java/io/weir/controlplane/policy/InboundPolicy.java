package io.weir.controlplane.policy;

import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Sorted;
import java.util.List;
import java.util.SortedMap;

/** What the sidecar of one workload accepts, port by port. */
public record InboundPolicy(MeshSettings settings, List<InboundPort> ports, Undeclared undeclared) {

    public InboundPolicy {
        ports = List.copyOf(ports);
    }

    /**
     * What it accepts over TCP at ports that neither the workload nor a Service declares, where it is reached there at
     * all. Nobody knows what is spoken there, so it counts as bytes.
     *
     * @param mode permissive: grants are ignored, and both lists are empty
     * @param anywhere {@code Stream} grants for every port
     * @param named by port, those that name it and those for every port
     */
    public record Undeclared(Mode mode, List<Grant> anywhere, SortedMap<Integer, List<Grant>> named) {
        public Undeclared {
            anywhere = List.copyOf(anywhere);
            named = Sorted.map(named);
        }
    }
}
