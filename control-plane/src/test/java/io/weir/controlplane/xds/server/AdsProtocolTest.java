package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.A;
import static io.weir.controlplane.xds.server.AdsWorld.cluster;
import static io.weir.controlplane.xds.server.AdsWorld.endpoints;
import static io.weir.controlplane.xds.server.AdsWorld.listener;
import static io.weir.controlplane.xds.server.AdsWorld.route;
import static io.weir.controlplane.xds.server.AdsWorld.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The xDS protocol, row by row, in delta and in state of the world. Rows D1..D16 and J1..J10 are named after defects of
 * the discovery library that a mesh would meet; each row fails if its defect is back.
 */
class AdsProtocolTest {

    private final AdsWorld world = new AdsWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @EnumSource
    void d1_j2_a_refused_resource_is_not_sent_again_until_it_changes(Protocol protocol) {
        world.give(A, route("r", "bad"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.ROUTE, "r");
        client.nack(client.next(), "no such thing");
        world.cache.changed();
        world.timers.advance(Duration.ofSeconds(20));
        assertThat(client.waiting()).isEmpty();
        assertThat(world.counters.responses(XdsType.ROUTE)).isEqualTo(1);
        assertThat(world.counters.nacks(XdsType.ROUTE)).isEqualTo(1);

        world.give(A, route("r", "good"));
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("r");
        assertThat(world.registry
                        .statuses()
                        .getFirst()
                        .types()
                        .get(XdsType.ROUTE)
                        .sync())
                .isEqualTo(TypeStatus.Sync.SYNCED);
    }

    @ParameterizedTest
    @EnumSource
    void d1_a_refused_change_taken_back_is_taken_back_at_the_client(Protocol protocol) {
        world.give(A, route("r", "1"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.ROUTE, "r");
        client.take(XdsType.ROUTE);
        world.give(A, route("r", "2"));
        client.nack(client.next(), "no");
        world.give(A, route("r", "1"));
        assertThat(client.take(XdsType.ROUTE).resources())
                .containsEntry("r", route("r", "1").body());
    }

    @ParameterizedTest
    @EnumSource
    void d2_j5_a_reconnecting_client_is_sent_what_changed_and_told_what_went(Protocol protocol) {
        world.give(A, cluster("same", "1"), cluster("changed", "1"), cluster("gone", "1"));
        ScriptedClient before = world.client(protocol, A);
        before.ask(XdsType.CLUSTER);
        Answer all = before.take(XdsType.CLUSTER);
        before.cancel();
        world.give(A, cluster("same", "1"), cluster("changed", "2"));

        ScriptedClient client = world.client(protocol, A);
        Map<String, String> versions = Map.of(
                "same", cluster("same", "1").version(),
                "changed", cluster("changed", "1").version(),
                "gone", cluster("gone", "1").version());
        client.askAgain(XdsType.CLUSTER, versions, all.version());
        client.askAgain(XdsType.LISTENER, Map.of(), "");
        client.askAgain(XdsType.ROUTE, Map.of(), "");
        switch (protocol) {
            case DELTA -> {
                assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("changed");
                client.take(XdsType.LISTENER);
                Answer removal = client.take(XdsType.CLUSTER);
                assertThat(removal.removed()).containsExactly("gone");
                assertThat(removal.names()).isEmpty();
            }
            case STATE_OF_THE_WORLD ->
                assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("changed", "same");
        }
    }

    @ParameterizedTest
    @EnumSource
    void d2_a_reconnecting_client_that_has_everything_is_sent_nothing(Protocol protocol) {
        XdsResource[] all = {cluster("c", "1"), endpoints("c", 1), listener("l", "1"), route("r", "1"), secret("s", "1")
        };
        world.give(A, all);
        ScriptedClient before = world.client(protocol, A);
        Map<XdsType, String> versions = new EnumMap<>(XdsType.class);
        for (XdsResource resource : all) {
            before.ask(resource.type(), wildcardOr(resource));
            versions.put(resource.type(), before.take(resource.type()).version());
        }
        before.cancel();
        long sent = world.responses();

        ScriptedClient client = world.client(protocol, A);
        for (XdsResource resource : all) {
            client.askAgain(
                    resource.type(),
                    Map.of(resource.name(), resource.version()),
                    versions.get(resource.type()),
                    wildcardOr(resource));
        }
        world.timers.advance(Duration.ofSeconds(6));
        assertThat(client.waiting()).isEmpty();
        assertThat(world.responses()).isEqualTo(sent);
        assertThat(world.registry.statuses().getFirst().types().values())
                .hasSize(5)
                .allMatch(status -> status.sync() == TypeStatus.Sync.SYNCED && status.acked() == 1);
    }

    private static String[] wildcardOr(XdsResource resource) {
        return resource.type() == XdsType.CLUSTER || resource.type() == XdsType.LISTENER
                ? new String[0]
                : new String[] {resource.name()};
    }

    @ParameterizedTest
    @EnumSource
    void d3_after_a_refusal_the_client_is_still_told_what_goes(Protocol protocol) {
        world.give(A, cluster("a", "1"), cluster("b", "1"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.CLUSTER);
        client.nack(client.next(), "Error adding/updating cluster(s) a: bad, b: bad");
        world.give(A, cluster("c", "1"));
        Answer next = client.take(XdsType.CLUSTER);
        assertThat(next.names()).containsExactly("c");
        switch (protocol) {
            case DELTA -> assertThat(next.removed()).containsExactlyInAnyOrder("a", "b");
            case STATE_OF_THE_WORLD -> assertThat(client.waiting()).isEmpty();
        }
    }
}
