package io.weir.controlplane.model.build;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.ServiceEntry;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where callers of a service port connect to: the sidecars of its ready workloads, or an app that has none. */
final class EndpointJoin {

    private EndpointJoin() {}

    static List<Endpoint> join(
            ServicePortKey key, List<BackendAddress> addresses, Map<WorkloadKey, Workload> workloads) {
        TreeSet<Endpoint> endpoints = new TreeSet<>();
        for (BackendAddress address : addresses) {
            if (address.ready()) {
                Workload workload = address.replica() == null ? null : workloads.get(address.replica());
                endpoints.add(endpoint(key, address, workload));
            }
        }
        return List.copyOf(endpoints);
    }

    /** The pods behind a port of a headless Service that guard theirs; null where it has a cluster IP, or none do. */
    static @Nullable List<Endpoint> direct(
            ServicePortKey key, ClusterState state, Map<WorkloadKey, Workload> workloads) {
        ServiceEntry service = state.services().get(key.service());
        if (service == null || !service.clusterIps().isEmpty() || key.transport() == Transport.UDP) {
            return null;
        }
        TreeSet<Endpoint> endpoints = new TreeSet<>();
        for (BackendAddress address : state.endpoints().getOrDefault(key, List.of())) {
            Workload workload = address.replica() == null ? null : workloads.get(address.replica());
            if (workload != null && workload.binds() instanceof Binds.Redirected) {
                Endpoint endpoint = endpoint(key, address, workload);
                if (endpoint.mtls()) {
                    endpoints.add(endpoint);
                }
            }
        }
        return endpoints.isEmpty() ? null : List.copyOf(endpoints);
    }

    private static Endpoint endpoint(ServicePortKey key, BackendAddress address, @Nullable Workload workload) {
        if (workload != null) {
            for (WorkloadPort port : workload.ports()) {
                if (port.port() == address.port() && port.protocol().transport() == key.transport()) {
                    return endpoint(workload, port, address);
                }
            }
        }
        return new Endpoint(address.address(), address.port(), false);
    }

    private static Endpoint endpoint(Workload workload, WorkloadPort port, BackendAddress address) {
        return switch (workload.binds()) {
            case Binds.Loopback _ -> new Endpoint(port.bindAddress(), port.bindPort(), true);
            // A pod has an address of each family; nobody answers for it at any other address.
            case Binds.Redirected pod ->
                new Endpoint(
                        address.address(),
                        port.appPort(),
                        workload.guards(port) && pod.addresses().contains(address.address()));
            case Binds.Explicit _ -> new Endpoint(address.address(), port.appPort(), false);
            case null -> new Endpoint(address.address(), port.appPort(), false);
        };
    }
}
