package io.weir.telemetry.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Party;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EdgeResolverTest {

    private static final ProxyIdentity CLIENT = new ProxyIdentity("shop", "client-sa", "client-1", "uid");
    private static final Party WEB = new Party("shop", "web-1", "web-sa", List.of(), "node-1");
    private static final String WEB_ID = "spiffe://cluster.local/ns/shop/sa/web-sa";
    private static final Inventory INVENTORY = new Inventory(
            new TreeMap<>(),
            new TreeMap<>(Map.of(new WorkloadKey("shop", "web-1"), WEB)),
            Map.of("10.0.0.1", new WorkloadKey("shop", "web-1")),
            new TreeMap<>(),
            List.of());

    private final EdgeResolver resolver = new EdgeResolver(new TrustDomain("cluster.local"));

    private Edge resolve(String service, String cluster, String peer, String peerId) {
        return resolver.resolve(
                CLIENT, new Series(Reporter.SOURCE, service, cluster, "", peer, peerId), Protocol.HTTP, INVENTORY);
    }

    @Test
    void the_peer_is_the_pod_at_the_address_if_it_proved_to_be_it() {
        assertThat(resolve("shop/web/8080", "outbound/shop/web-v1/8080", "10.0.0.1", WEB_ID))
                .isEqualTo(new Edge(
                        Reporter.SOURCE,
                        new Party("shop", "client-1", "client-sa", List.of(), ""),
                        WEB,
                        new ServiceKey("shop", "web"),
                        new ServiceKey("shop", "web-v1"),
                        Protocol.HTTP,
                        true));
    }

    @Test
    void a_peer_that_proved_to_be_someone_else_than_the_pod_at_its_address_is_known_by_its_account_alone() {
        Edge edge = resolve("", "", "10.0.0.1", "spiffe://cluster.local/ns/other/sa/thief");
        assertThat(edge.destination()).isEqualTo(new Party("other", "", "thief", List.of(), ""));
        assertThat(edge.mtls()).isTrue();
    }

    @Test
    void an_address_alone_tells_the_pod_where_nothing_was_proved() {
        Edge edge = resolve("", "", "10.0.0.1", "");
        assertThat(edge.destination()).isEqualTo(WEB);
        assertThat(edge.mtls()).isFalse();
    }

    @Test
    void another_trust_domains_identity_proves_nothing() {
        Edge edge = resolve("", "", "10.9.9.9", "spiffe://elsewhere/ns/shop/sa/web-sa");
        assertThat(edge.destination()).isEqualTo(Party.UNKNOWN);
        assertThat(edge.mtls()).isFalse();
    }

    @Test
    void services_are_read_from_the_names_of_their_ports_and_clusters() {
        assertThat(resolve("shop/db/5432", "direct/shop/db/5432", "", "").backend())
                .isEqualTo(new ServiceKey("shop", "db"));
        assertThat(resolve("", "local/8080", "", "").backend()).isNull();
        assertThat(resolve("", "passthrough", "", "").backend()).isNull();
        assertThat(resolve("", "", "", "").service()).isNull();
    }
}
