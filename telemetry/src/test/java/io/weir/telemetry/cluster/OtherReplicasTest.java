package io.weir.telemetry.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OtherReplicasTest {

    private static final ServiceKey SERVICE = new ServiceKey("weir", "weir-telemetry");

    private static ClusterState state(Map<ServicePortKey, List<BackendAddress>> endpoints) {
        ClusterState empty = ClusterState.EMPTY;
        return new ClusterState(
                empty.namespaces(),
                empty.services(),
                empty.serviceAccounts(),
                empty.replicas(),
                new TreeMap<>(endpoints),
                empty.smi(),
                empty.loopback(),
                empty.locations(),
                empty.diagnostics(),
                empty.versions());
    }

    private static BackendAddress backend(String address, int port, boolean ready, String pod) {
        return new BackendAddress(address, port, ready, pod.isEmpty() ? null : new WorkloadKey("weir", pod));
    }

    @Test
    void are_those_behind_the_port_to_which_sidecars_push() {
        ClusterState state = state(Map.of(
                new ServicePortKey(SERVICE, 443, Transport.TCP), List.of(backend("10.0.0.9", 8443, true, "api")),
                new ServicePortKey(SERVICE, 15013, Transport.TCP),
                        List.of(
                                backend("10.0.0.1", 15013, true, "own"),
                                backend("10.0.0.2", 15013, true, "two"),
                                backend("10.0.0.3", 15013, false, "ends"),
                                backend("fd00::4", 15113, true, ""))));

        OtherReplicas.Found found = OtherReplicas.of(state, "weir", "own");
        assertThat(found.ready())
                .containsExactly(
                        Map.entry("fd00::4", new InetSocketAddress(InetAddress.ofLiteral("fd00::4"), 15113)),
                        Map.entry("two", new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), 15013)));
        assertThat(found.others())
                .containsExactly(Map.entry("ends", new InetSocketAddress(InetAddress.ofLiteral("10.0.0.3"), 15013)));
        assertThat(OtherReplicas.of(state, "elsewhere", "own")).isEqualTo(new OtherReplicas.Found(Map.of(), Map.of()));
    }
}
