package io.weir.controlplane.policy;

import static io.weir.controlplane.model.TestMesh.accounts;
import static io.weir.controlplane.model.TestMesh.match;
import static io.weir.controlplane.model.TestMesh.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.TestMesh;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.WorkloadPort;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InboundResolverTest {

    private static final Grant HTTP = new Grant.Http(
            target("shop/http"), accounts("shop/buyer"), new PortScope.All(), List.of(match(null, "GET")));
    private static final Grant STREAM =
            new Grant.Stream(target("shop/stream"), accounts("shop/buyer"), new PortScope.All());
    private static final Grant DATAGRAM =
            new Grant.Datagram(target("shop/datagram"), accounts("shop/buyer"), new PortScope.All());

    private static TestMesh store() {
        return new TestMesh()
                .service("shop/store", 80, AppProtocol.HTTP)
                .service("shop/store", 9000, AppProtocol.TCP)
                .service("shop/store", 53, AppProtocol.UDP)
                .workload("shop/store", Mode.DENY, "shop/store")
                .workload("shop/buyer", Mode.DENY)
                .workload("shop/buyer-2", "shop/buyer", Mode.DENY)
                .workload("shop/thief", Mode.DENY);
    }

    private static InboundPort port(TestMesh builder, int number) {
        MeshModel mesh = builder.build();
        return InboundResolver.resolve(mesh, mesh.workloads().get(new WorkloadKey("shop", "store"))).ports().stream()
                .filter(port -> port.port().port() == number)
                .findFirst()
                .orElseThrow();
    }

    private static TestMesh granting(Grant... grants) {
        TestMesh mesh = store();
        for (Grant grant : grants) {
            mesh.grant("shop/store", grant);
        }
        return mesh;
    }

    @Test
    void http_takes_grants_of_requests_and_of_streams() {
        assertThat(port(granting(HTTP, STREAM, DATAGRAM), 80).grants()).containsExactly(HTTP, STREAM);
    }

    @Test
    void tcp_takes_grants_of_streams_alone() {
        assertThat(port(granting(HTTP, STREAM, DATAGRAM), 9000).grants()).containsExactly(STREAM);
    }

    @Test
    void udp_takes_grants_of_datagrams_alone() {
        assertThat(port(granting(HTTP, STREAM, DATAGRAM), 53).grants()).containsExactly(DATAGRAM);
    }

    @Test
    void a_grant_for_other_ports_or_other_accounts_is_none() {
        Grant other = new Grant.Stream(
                target("shop/a"), accounts("shop/buyer"), new PortScope.Only(new TreeSet<>(List.of(1))));
        assertThat(port(granting(other).grant("shop/thief", STREAM), 9000).grants())
                .isEmpty();
    }

    @Test
    void datagram_sources_are_the_sidecars_of_every_replica_of_the_granted_accounts() {
        assertThat(port(granting(DATAGRAM), 53).datagramSources()).containsExactly("127.20.2.1", "127.20.3.1");
        assertThat(port(granting(STREAM), 53).datagramSources()).isEmpty();
        assertThat(port(granting(DATAGRAM, STREAM), 9000).datagramSources()).isEmpty();
    }

    private static InboundPolicy inPod(Mode mode, Grant... grants) {
        TestMesh builder = granting(grants)
                .workload(new Workload(
                        new WorkloadKey("shop", "pod"),
                        "uid",
                        TestMesh.account("shop/store"),
                        List.of(
                                new WorkloadPort(53, AppProtocol.UDP, "10.1.0.1", 53, "10.1.0.1", 15_300),
                                new WorkloadPort(54, AppProtocol.UDP, "10.1.0.1", 54, "10.1.0.1", 54),
                                new WorkloadPort(80, AppProtocol.HTTP, "10.1.0.1", 80, "10.1.0.1", 80),
                                new WorkloadPort(9000, AppProtocol.TCP, "10.1.0.1", 9000, "10.1.0.1", 9000)),
                        mode,
                        new Binds.Redirected(
                                List.of("10.1.0.1"), new TreeMap<>(Map.of(53, 15_300)), Sorted.set(List.of(9000)))));
        MeshModel mesh = builder.build();
        return InboundResolver.resolve(mesh, mesh.workloads().get(new WorkloadKey("shop", "pod")));
    }

    private static Grant stream(String name, Integer... ports) {
        return new Grant.Stream(
                target(name), accounts("shop/buyer"), new PortScope.Only(new TreeSet<>(List.of(ports))));
    }

    @Test
    void a_redirected_pod_guards_what_is_redirected_and_no_other_port() {
        assertThat(inPod(Mode.DENY, HTTP).ports())
                .extracting(port -> port.port().port())
                .containsExactly(53, 80);
    }

    @Test
    void undeclared_ports_take_grants_of_streams_for_every_port_or_by_number() {
        Grant named = stream("shop/named", 80, 7000, 9000, 15_001, 15_006);
        assertThat(inPod(Mode.DENY, HTTP, DATAGRAM, named, STREAM).undeclared())
                .isEqualTo(new InboundPolicy.Undeclared(
                        Mode.DENY, List.of(STREAM), new TreeMap<>(Map.of(7000, List.of(named, STREAM)))));
        assertThat(inPod(Mode.PERMISSIVE, named, STREAM).undeclared())
                .isEqualTo(new InboundPolicy.Undeclared(Mode.PERMISSIVE, List.of(), new TreeMap<>()));
    }
}
