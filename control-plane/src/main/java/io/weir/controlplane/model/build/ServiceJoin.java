package io.weir.controlplane.model.build;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshService;
import io.weir.controlplane.model.ServicePort;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import java.util.List;
import java.util.TreeSet;

/** A Service with the identities of its workloads, ready or not: a certificate is no less right for a slow start. */
final class ServiceJoin {

    private ServiceJoin() {}

    static MeshService join(ServiceEntry service, ClusterState state) {
        List<ServicePort> ports = ServicePorts.of(service);
        TreeSet<Identity> accounts = new TreeSet<>();
        TreeSet<ServicePortKey> guarded = new TreeSet<>();
        for (ServicePort port : ports) {
            ServicePortKey key = new ServicePortKey(
                    service.key(), port.port(), port.protocol().transport());
            for (ClusterState.BackendAddress address : state.endpoints().getOrDefault(key, List.of())) {
                Replica replica =
                        address.replica() == null ? null : state.replicas().get(address.replica());
                if (replica != null) {
                    accounts.add(replica.identity());
                    Replica.Sidecar sidecar = replica.sidecar();
                    if (sidecar != null && sidecar.binds().guards(address.port(), key.transport())) {
                        guarded.add(key);
                    }
                }
            }
        }
        return new MeshService(service.key(), service.clusterIps(), ports, accounts, guarded);
    }
}
