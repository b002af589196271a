package io.weir.controlplane.model.build;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePort;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ServiceEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which service ports lead to which workload ports: the endpoints, read from the other end. */
record PortUse(Map<WorkloadKey, List<Use>> byWorkload) {

    /**
     * One way to a workload's port.
     *
     * @param by the service port
     * @param port of the workload
     * @param protocol what the service port says it speaks
     */
    record Use(ServicePortKey by, int port, AppProtocol protocol) {
        Transport transport() {
            return by.transport();
        }
    }

    static PortUse of(ClusterState state) {
        Map<ServicePortKey, AppProtocol> protocols = protocols(state.services());
        Map<WorkloadKey, List<Use>> uses = new HashMap<>();
        state.endpoints().forEach((key, addresses) -> {
            AppProtocol protocol = protocols.get(key);
            for (ClusterState.BackendAddress address : addresses) {
                if (address.replica() != null && protocol != null) {
                    uses.computeIfAbsent(address.replica(), _ -> new ArrayList<>())
                            .add(new Use(key, address.port(), protocol));
                }
            }
        });
        return new PortUse(uses);
    }

    List<Use> of(WorkloadKey workload) {
        return byWorkload.getOrDefault(workload, List.of());
    }

    private static Map<ServicePortKey, AppProtocol> protocols(Map<ServiceKey, ServiceEntry> services) {
        Map<ServicePortKey, AppProtocol> protocols = new HashMap<>();
        services.values()
                .forEach(service -> service.ports().forEach(entry -> {
                    ServicePort port = ServicePorts.of(entry);
                    protocols.put(new ServicePortKey(service.key(), port.port(), entry.transport()), port.protocol());
                }));
        return protocols;
    }
}
