package io.weir.telemetry.cluster;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.smi.wellknown.Sidecar;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where the other replicas of the program are, as its Service has them. */
final class OtherReplicas {

    private OtherReplicas() {}

    /**
     * Those that sidecars may push to, by the pod's name, or the address of a pod that is not known yet.
     *
     * @param namespace Weir's own
     * @param replica the pod that asks
     */
    static Map<String, InetSocketAddress> of(ClusterState state, String namespace, String replica) {
        ServicePortKey push = new ServicePortKey(
                new ServiceKey(namespace, Sidecar.TELEMETRY_SERVICE), Sidecar.TELEMETRY_PORT, Transport.TCP);
        Map<String, InetSocketAddress> others = new TreeMap<>();
        for (BackendAddress backend : state.endpoints().getOrDefault(push, List.of())) {
            String name = backend.replica() == null
                    ? backend.address()
                    : backend.replica().name();
            if (backend.ready() && !name.equals(replica)) {
                others.put(name, new InetSocketAddress(InetAddress.ofLiteral(backend.address()), backend.port()));
            }
        }
        return others;
    }
}
