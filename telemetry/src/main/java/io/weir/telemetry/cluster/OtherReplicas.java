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
     * By the pod's name, or the address of a pod that is not known yet.
     *
     * @param ready those that sidecars may push to
     * @param others those that they connect to no more, or not yet
     */
    record Found(Map<String, InetSocketAddress> ready, Map<String, InetSocketAddress> others) {}

    /**
     * @param namespace Weir's own
     * @param replica the pod that asks
     */
    static Found of(ClusterState state, String namespace, String replica) {
        ServicePortKey push = new ServicePortKey(
                new ServiceKey(namespace, Sidecar.TELEMETRY_SERVICE), Sidecar.TELEMETRY_PORT, Transport.TCP);
        Found found = new Found(new TreeMap<>(), new TreeMap<>());
        for (BackendAddress backend : state.endpoints().getOrDefault(push, List.of())) {
            String name = backend.replica() == null
                    ? backend.address()
                    : backend.replica().name();
            if (!name.equals(replica)) {
                (backend.ready() ? found.ready : found.others)
                        .put(name, new InetSocketAddress(InetAddress.ofLiteral(backend.address()), backend.port()));
            }
        }
        return found;
    }
}
