package io.weir.controlplane.policy;

import static io.weir.controlplane.model.TestMesh.accounts;
import static io.weir.controlplane.model.TestMesh.match;
import static io.weir.controlplane.model.TestMesh.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.TestMesh;
import io.weir.controlplane.model.WorkloadKey;
import java.util.List;
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
}
