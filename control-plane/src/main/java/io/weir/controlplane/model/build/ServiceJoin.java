package io.weir.controlplane.model.build;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshService;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ServicePort;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import java.util.List;
import java.util.TreeSet;

/** A Service with the identities of its workloads, ready or not: a certificate is no less right for a slow start. */
final class ServiceJoin {

    private ServiceJoin() {}

    static MeshService join(ServiceEntry service, ClusterState state, Modes modes) {
        List<ServicePort> ports = ServicePorts.of(service);
        TreeSet<Identity> accounts = new TreeSet<>();
        TreeSet<ServicePortKey> guarded = new TreeSet<>();
        TreeSet<ServicePortKey> refusing = new TreeSet<>();
        for (ServicePort port : ports) {
            ServicePortKey key = new ServicePortKey(
                    service.key(), port.port(), port.protocol().transport());
            boolean allRefuse = true;
            for (ClusterState.BackendAddress address : state.endpoints().getOrDefault(key, List.of())) {
                Replica replica =
                        address.replica() == null ? null : state.replicas().get(address.replica());
                if (replica != null) {
                    accounts.add(replica.identity());
                }
                if (replica == null || !guards(replica, address.port(), key.transport())) {
                    allRefuse = false;
                } else {
                    guarded.add(key);
                    allRefuse &= modes.of(replica.key().namespace()) == Mode.DENY;
                }
            }
            if (allRefuse && guarded.contains(key)) {
                refusing.add(key);
            }
        }
        return new MeshService(service.key(), service.clusterIps(), ports, accounts, guarded, refusing);
    }

    private static boolean guards(Replica replica, int port, Transport transport) {
        Replica.Sidecar sidecar = replica.sidecar();
        return sidecar != null && sidecar.binds().guards(port, transport);
    }
}
