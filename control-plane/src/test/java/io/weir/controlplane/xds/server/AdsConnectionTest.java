package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.A;
import static io.weir.controlplane.xds.server.AdsWorld.B;
import static io.weir.controlplane.xds.server.AdsWorld.cluster;
import static io.weir.controlplane.xds.server.AdsWorld.route;
import static io.weir.controlplane.xds.server.AdsWorld.secret;
import static io.weir.controlplane.xds.server.AdsWorld.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.grpc.Status;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.AdsCounters.Denial;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may open a stream, as whom, and what a stream may cost. */
class AdsConnectionTest {

    private final AdsWorld world = new AdsWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_stream_without_a_credential_is_denied(Protocol protocol) {
        ScriptedClient client = world.client(protocol, "nobody", 10);
        assertThat(client.ended().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(world.counters.denials(Denial.CREDENTIAL)).isEqualTo(1);
        assertThat(world.registry.statuses()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void j1_a_node_id_that_names_another_workload_ends_the_stream_unserved(Protocol protocol) {
        world.give(A, cluster("of-a", "1"));
        world.give(B, cluster("of-b", "1"));
        ScriptedClient client = world.client(protocol, A).nodeId("shop/b");
        client.ask(XdsType.CLUSTER);
        assertThat(client.ended().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(client.waiting()).isEmpty();
        assertThat(world.counters.denials(Denial.NODE_ID)).isEqualTo(1);
        assertThat(world.registry.statuses()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void j1_what_is_served_follows_from_the_credential_whatever_the_node_says(Protocol protocol) {
        world.give(A, cluster("of-a", "1"));
        world.give(B, cluster("of-b", "1"));
        for (String id : new String[] {"", "shop/a", "sidecar~10.0.0.1", "envoy-7"}) {
            ScriptedClient client = world.client(protocol, A).nodeId(id);
            client.ask(XdsType.CLUSTER);
            assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("of-a");
            client.cancel();
        }
        assertThat(world.counters.denials(Denial.NODE_ID)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void d11_j3_the_node_may_come_on_the_first_message_only_and_may_not_change(Protocol protocol) {
        world.give(A, route("r", "1"), route("s", "1"));
        ScriptedClient client = world.client(protocol, A).nodeId("envoy-7");
        client.ask(XdsType.ROUTE, "r");
        client.take(XdsType.ROUTE);
        world.give(A, route("r", "2"), route("s", "1"));
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("r");
        client.nodeId("envoy-8").ask(XdsType.ENDPOINT, "s");
        assertThat(client.ended().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(world.counters.denials(Denial.NODE_ID)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_secret_of_another_proxy_is_denied_and_counted(Protocol protocol) {
        world.snapshots.put(
                A, new ProxySnapshot(AdsWorld.layers(secret("trust", "1")), AdsWorld.layers(secret("identity", "a"))));
        world.snapshots.put(
                B,
                new ProxySnapshot(
                        AdsWorld.layers(secret("trust", "1")),
                        AdsWorld.layers(secret("identity", "b"), secret("of-b", "b"))));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.SECRET, "identity", "trust", "of-b", "*");
        Answer answer = client.take(XdsType.SECRET);
        assertThat(answer.resources())
                .containsOnlyKeys("identity", "trust")
                .containsEntry("identity", secret("identity", "a").body());
        if (protocol == Protocol.DELTA) {
            assertThat(answer.removed()).containsExactly("of-b");
        }
        assertThat(world.counters.denials(Denial.SECRET)).isEqualTo(1);

        world.snapshots.put(
                B, new ProxySnapshot(Map.of(), AdsWorld.layers(secret("identity", "b2"), secret("of-b", "b2"))));
        world.changed(B);
        assertThat(client.waiting()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_renewed_certificate_goes_to_its_own_proxy_alone(Protocol protocol) {
        Map<XdsType, Layer> shared = AdsWorld.layers(secret("trust", "1"));
        ScriptedClient[] clients = new ScriptedClient[2];
        WorkloadKey[] proxies = {A, B};
        for (int i = 0; i < 2; i++) {
            world.snapshots.put(
                    proxies[i], new ProxySnapshot(shared, AdsWorld.layers(secret("identity", proxies[i] + " 1"))));
            clients[i] = world.client(protocol, proxies[i]);
            clients[i].ask(XdsType.SECRET, "identity", "trust");
            clients[i].take(XdsType.SECRET);
        }
        world.snapshots.put(A, new ProxySnapshot(shared, AdsWorld.layers(secret("identity", "a 2"))));
        world.snapshots.put(B, new ProxySnapshot(shared, AdsWorld.layers(secret("identity", "b 2"))));
        world.changed(A);
        assertThat(clients[0].take(XdsType.SECRET).resources())
                .containsOnlyKeys("identity")
                .containsEntry("identity", secret("identity", "a 2").body());
        assertThat(clients[1].waiting()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void d12_j7_a_slow_source_for_one_proxy_keeps_no_other_waiting(Protocol protocol) throws Exception {
        world.give(B, cluster("of-b", "1"));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        world.beforeSnapshot = proxy -> {
            if (proxy.equals(A)) {
                asked.countDown();
                await(go);
            }
        };
        ScriptedClient slow = world.client(protocol, A);
        Thread waiting = Thread.ofVirtual().start(() -> slow.ask(XdsType.CLUSTER));
        await(asked);
        ScriptedClient other = world.client(protocol, B);
        other.ask(XdsType.CLUSTER);
        assertThat(other.take(XdsType.CLUSTER).names()).containsExactly("of-b");
        go.countDown();
        waiting.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void d14_a_stream_that_ends_leaves_nothing_behind(Protocol protocol) {
        world.give(A, cluster("c", "1"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.CLUSTER);
        client.cancel();
        assertThat(world.registry.statuses()).isEmpty();
        world.beforeSnapshot = proxy -> {
            throw new AssertionError("asked for a proxy that has gone");
        };
        world.give(A, cluster("c", "2"));
        world.timers.advance(Duration.ofMinutes(1));
        assertThat(world.counters.neverAcknowledged()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void j9_a_client_that_does_not_read_is_sent_no_more_and_ended_after_thirty_seconds(Protocol protocol) {
        world.give(A, route("r", "1"), cluster("c", "1"), secret("s", "1"));
        ScriptedClient client = world.client(protocol, A.toString(), 1);
        client.ask(XdsType.CLUSTER);
        client.ack(client.next());
        client.ask(XdsType.SECRET, "s");
        client.ask(XdsType.ROUTE, "r");
        for (int i = 2; i < 1_000; i++) {
            world.give(A, route("r", "" + i), cluster("c", "" + i), secret("s", "" + i));
        }
        assertThat(world.responses()).isEqualTo(1);
        world.timers.advance(Duration.ofSeconds(29));
        assertThat(world.registry.statuses()).hasSize(1);
        world.timers.advance(Duration.ofSeconds(2));
        assertThat(world.registry.statuses()).isEmpty();
        assertThat(world.counters.neverAcknowledged()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_reads_again_gets_the_newest(Protocol protocol) {
        world.give(A, route("r", "1"));
        ScriptedClient client = world.client(protocol, A.toString(), 1);
        client.ask(XdsType.ROUTE, "r");
        client.ack(client.next());
        world.give(A, route("r", "2"));
        world.give(A, route("r", "3"));
        client.read(1);
        assertThat(client.take(XdsType.ROUTE).resources())
                .containsEntry("r", route("r", "3").body());
        assertThat(world.counters.responses(XdsType.ROUTE)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void j9_a_client_that_reads_but_never_answers_is_ended_after_thirty_seconds(Protocol protocol) {
        world.give(A, cluster("c", "1"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.CLUSTER);
        client.next();
        world.timers.advance(Duration.ofSeconds(29));
        assertThat(client.isOpen()).isTrue();
        world.timers.advance(Duration.ofSeconds(2));
        assertThat(client.ended().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(world.counters.neverAcknowledged()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_deleted_workloads_stream_ends_and_no_other(Protocol protocol) {
        ScriptedClient a = world.client(protocol, A);
        ScriptedClient b = world.client(protocol, B);
        world.registry.close(A, Status.PERMISSION_DENIED.withDescription("the workload is gone"));
        assertThat(a.ended().getDescription()).isEqualTo("the workload is gone");
        assertThat(b.isOpen()).isTrue();
        world.registry.closeIf(
                status -> status.identity().uid().equals("uid-b"), Status.UNAUTHENTICATED.withDescription("expired"));
        assertThat(b.ended().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @EnumSource
    void a_stream_lives_no_longer_than_its_credential(Protocol protocol) {
        world.credentialLifetime = Duration.ofHours(1);
        ScriptedClient client = world.client(protocol, A);
        world.timers.advance(Duration.ofMinutes(59));
        assertThat(client.isOpen()).isTrue();
        world.timers.advance(Duration.ofMinutes(2));
        assertThat(client.ended().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @EnumSource
    void too_many_streams_of_one_proxy_end_the_oldest_and_over_the_limit_none_is_let_in(Protocol protocol) {
        ScriptedClient oldest = world.client(protocol, A);
        for (int i = 0; i < ConnectionRegistry.MOST_PER_PROXY; i++) {
            world.client(protocol, A);
        }
        assertThat(oldest.ended().getCode()).isEqualTo(Status.Code.ABORTED);
        IntStream.range(0, AdsWorld.MOST_CONNECTIONS - ConnectionRegistry.MOST_PER_PROXY)
                .forEach(i -> world.client(protocol, new WorkloadKey("other", "w" + i)));
        assertThat(world.client(protocol, B).ended().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(world.counters.denials(Denial.LIMIT)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void the_status_says_who_is_connected_and_how_far(Protocol protocol) {
        world.give(A, cluster("c", "1"), route("r", "1"));
        ScriptedClient client = world.client(protocol, A)
                .node(Node.newBuilder()
                        .setId("shop/a")
                        .setUserAgentBuildVersion(BuildVersion.newBuilder()
                                .setVersion(SemanticVersion.newBuilder()
                                        .setMajorNumber(1)
                                        .setMinorNumber(36)
                                        .setPatch(4)))
                        .build());
        client.ask(XdsType.CLUSTER);
        client.take(XdsType.CLUSTER);
        client.ask(XdsType.ROUTE, "r");
        Answer routes = client.next();
        ProxyStatus status = world.registry.statuses().getFirst();
        assertThat(status.identity().workloadKey()).isEqualTo(A);
        assertThat(status.envoyVersion()).isEqualTo("1.36.4");
        assertThat(status.connectedAt()).isEqualTo(world.timers.now());
        assertThat(status.last()).isNull();
        assertThat(status.types()).containsOnlyKeys(XdsType.CLUSTER, XdsType.ROUTE);
        assertThat(status.types().get(XdsType.CLUSTER).sync()).isEqualTo(TypeStatus.Sync.SYNCED);
        assertThat(status.types().get(XdsType.ROUTE))
                .isEqualTo(new TypeStatus(1, 1, 0, routes.version(), TypeStatus.Sync.PENDING));
    }

    @ParameterizedTest
    @EnumSource
    void a_bug_met_with_one_proxy_ends_its_stream_and_no_other(Protocol protocol) {
        world.give(A, cluster("c", "1"));
        world.give(B, cluster("c", "1"));
        ScriptedClient a = world.client(protocol, A);
        ScriptedClient b = world.client(protocol, B);
        a.ask(XdsType.CLUSTER);
        a.take(XdsType.CLUSTER);
        b.ask(XdsType.CLUSTER);
        b.take(XdsType.CLUSTER);
        world.snapshots.put(B, snapshot(cluster("c", "2")));
        world.beforeSnapshot = proxy -> {
            if (proxy.equals(A)) {
                throw new IllegalStateException("a bug");
            }
        };
        world.cache.changed();
        assertThat(a.ended().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(b.take(XdsType.CLUSTER).names()).containsExactly("c");
    }
}
