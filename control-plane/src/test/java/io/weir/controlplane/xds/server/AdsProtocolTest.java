package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.A;
import static io.weir.controlplane.xds.server.AdsWorld.any;
import static io.weir.controlplane.xds.server.AdsWorld.cluster;
import static io.weir.controlplane.xds.server.AdsWorld.endpoints;
import static io.weir.controlplane.xds.server.AdsWorld.listener;
import static io.weir.controlplane.xds.server.AdsWorld.route;
import static io.weir.controlplane.xds.server.AdsWorld.secret;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest
    @EnumSource
    void d4_j4_an_unknown_nonce_harms_nothing(Protocol protocol) {
        world.give(A, route("r", "1"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.ROUTE, "r");
        Answer first = client.take(XdsType.ROUTE);
        client.reply(XdsType.ROUTE, "never-sent", "", "a refusal of something else");
        client.reply(XdsType.ROUTE, first.nonce() + "0", first.version(), (String) null);
        assertThat(client.isOpen()).isTrue();
        assertThat(client.waiting()).isEmpty();
        assertThat(world.counters.nacks(XdsType.ROUTE)).isZero();
        client.ack(first);
        world.give(A, route("r", "2"));
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("r");
    }

    @Test
    void state_of_the_world_a_request_that_answers_an_older_response_is_not_answered() {
        world.give(A, route("r", "1"), route("s", "1"));
        ScriptedClient client = world.client(Protocol.STATE_OF_THE_WORLD, A);
        client.ask(XdsType.ROUTE, "r");
        Answer first = client.take(XdsType.ROUTE);
        world.give(A, route("r", "2"), route("s", "1"));
        Answer second = client.next();
        client.reply(XdsType.ROUTE, first.nonce(), first.version(), List.of("r", "s"));
        client.ack(second);
        assertThat(client.waiting()).as("a newer request says what is wanted").isEmpty();
        client.ask(XdsType.ROUTE, "s");
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("s");
    }

    @ParameterizedTest
    @EnumSource
    void d5_an_unknown_type_is_ignored_and_the_others_are_served(Protocol protocol) {
        world.give(A, route("r", "1"));
        ScriptedClient client = world.client(protocol, A);
        client.askUnknownType("type.googleapis.com/envoy.service.runtime.v3.Runtime");
        client.askUnknownType("type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig");
        client.ask(XdsType.ROUTE, "r");
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("r");
        assertThat(client.isOpen()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void d6_missing_endpoints_are_answered_empty_and_sent_when_they_come(Protocol protocol) {
        world.give(A);
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.ENDPOINT, "later");
        assertThat(client.take(XdsType.ENDPOINT).endpoints("later").getEndpointsList())
                .isEmpty();
        world.give(A, endpoints("later", 80));
        assertThat(client.take(XdsType.ENDPOINT).endpoints("later").getEndpointsList())
                .hasSize(1);
        world.give(A);
        assertThat(client.take(XdsType.ENDPOINT).endpoints("later").getEndpointsList())
                .isEmpty();
        assertThat(client.waiting()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void d6_a_missing_route_is_answered_and_sent_when_it_comes(Protocol protocol) {
        world.give(A);
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.ROUTE, "later");
        Answer answer = client.take(XdsType.ROUTE);
        assertThat(answer.names()).isEmpty();
        if (protocol == Protocol.DELTA) {
            assertThat(answer.removed()).containsExactly("later");
        }
        world.give(A, route("later", "1"));
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("later");
        assertThat(client.waiting()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLUSTER", "LISTENER"})
    void d7_delta_the_first_request_decides_what_is_asked_for(XdsType type) {
        world.give(A, any(type, "a", 1), any(type, "b", 1));
        ScriptedClient named = world.client(Protocol.DELTA, A);
        named.ask(type, "a", "missing");
        Answer first = named.take(type);
        assertThat(first.names()).containsExactly("a");
        assertThat(first.removed()).containsExactly("missing");
        named.ask(type, "b");
        assertThat(named.take(type).names()).containsExactly("b");

        ScriptedClient everything = world.client(Protocol.DELTA, A);
        everything.ask(type, "*");
        assertThat(everything.take(type).names()).containsExactly("a", "b");
        everything.ask(type, "on-demand");
        assertThat(everything.take(type).removed()).containsExactly("on-demand");
        everything.drop(type, "a");
        assertThat(everything.take(type).names())
                .as("still covered by the wildcard, so its state is owed")
                .containsExactly("a");
        everything.drop(type, "*");
        world.give(A, any(type, "a", 2), any(type, "b", 2), any(type, "on-demand", 2));
        assertThat(everything.take(type).names()).containsExactly("on-demand");
    }

    @ParameterizedTest
    @EnumSource(names = {"CLUSTER", "LISTENER"})
    void d7_state_of_the_world_names_replace_the_wildcard(XdsType type) {
        world.give(A, any(type, "a", 1), any(type, "b", 1));
        ScriptedClient client = world.client(Protocol.STATE_OF_THE_WORLD, A);
        client.ask(type);
        assertThat(client.take(type).names()).containsExactly("a", "b");
        ScriptedClient named = world.client(Protocol.STATE_OF_THE_WORLD, A);
        named.ask(type, "a");
        assertThat(named.take(type).names()).containsExactly("a");
        named.ask(type, "*");
        assertThat(named.take(type).names()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @EnumSource
    void d8_j8_d16_one_missing_name_holds_no_other_back_and_fills_no_log(Protocol protocol) {
        world.give(A, endpoints("here", 80), route("here", "1"), secret("here", "1"));
        ScriptedClient client = world.client(protocol, A);
        try (LogTrap log = LogTrap.open()) {
            client.ask(XdsType.ENDPOINT, "here", "missing-one");
            assertThat(client.take(XdsType.ENDPOINT).names()).containsExactly("here", "missing-one");
            client.ask(XdsType.ROUTE, "here", "missing-one");
            assertThat(client.take(XdsType.ROUTE).names()).containsExactly("here");
            client.ask(XdsType.SECRET, "here", "missing-one");
            assertThat(client.take(XdsType.SECRET).names()).containsExactly("here");
            assertThat(log.lines()).noneMatch(line -> line.contains("missing-one"));
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void a_proxy_of_which_nothing_is_known_yet_waits(Protocol protocol) {
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.CLUSTER);
        client.ask(XdsType.SECRET, "s");
        assertThat(client.waiting()).isEmpty();
        world.give(A, cluster("c", "1"), secret("s", "1"));
        assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("c");
        assertThat(client.take(XdsType.SECRET).names()).containsExactly("s");
        assertThat(world.counters.denials(AdsCounters.Denial.SECRET)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void an_empty_wildcard_is_answered(Protocol protocol) {
        world.give(A);
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.CLUSTER);
        assertThat(client.take(XdsType.CLUSTER).names()).isEmpty();
        assertThat(client.waiting()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void changes_of_a_slow_client_merge_into_the_newest(Protocol protocol) {
        world.give(A, route("r", "1"), route("other", "1"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.ROUTE, "r", "other");
        Answer first = client.next();
        for (int i = 2; i <= 50; i++) {
            world.give(A, route("r", "" + i), route("other", "1"));
        }
        assertThat(client.waiting()).isEmpty();
        client.ack(first);
        Answer newest = client.take(XdsType.ROUTE);
        assertThat(newest.resources())
                .containsOnlyKeys("r")
                .containsEntry("r", route("r", "50").body());
        assertThat(client.waiting()).isEmpty();
        assertThat(world.counters.responses(XdsType.ROUTE)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void what_is_no_longer_asked_for_is_no_longer_sent(Protocol protocol) {
        world.give(A, endpoints("a", 1), endpoints("b", 1));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.ENDPOINT, "a", "b");
        client.take(XdsType.ENDPOINT);
        client.drop(XdsType.ENDPOINT, "a");
        world.give(A, endpoints("a", 2), endpoints("b", 1));
        assertThat(client.waiting()).isEmpty();
        client.ask(XdsType.ENDPOINT, "a");
        assertThat(client.take(XdsType.ENDPOINT).endpoints("a")).isEqualTo(parsed(endpoints("a", 2)));
    }

    @Test
    void delta_a_name_asked_for_again_is_sent_again() {
        world.give(A, route("r", "1"));
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.ask(XdsType.ROUTE, "r");
        client.take(XdsType.ROUTE);
        client.ask(XdsType.ROUTE, "r");
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("r");
    }

    private static ClusterLoadAssignment parsed(XdsResource resource) {
        try {
            return resource.body().unpack(ClusterLoadAssignment.class);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
