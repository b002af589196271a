package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.A;
import static io.weir.controlplane.xds.server.AdsWorld.any;
import static io.weir.controlplane.xds.server.AdsWorld.listener;
import static io.weir.controlplane.xds.server.AdsWorld.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.xds.cache.NackRecord;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One bad resource stays alone with its fault. */
class AdsRefusalTest {

    private static final String NAMES_BAD = "Error adding/updating listener(s) bad: unknown filter";

    private final AdsWorld world = new AdsWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @EnumSource
    void d3_the_last_good_one_stands_in_for_a_refused_listener_and_the_others_keep_flowing(Protocol protocol) {
        world.give(A, listener("bad", "good-1"), listener("other", "1"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.LISTENER);
        client.take(XdsType.LISTENER);

        world.give(A, listener("bad", "broken"), listener("other", "2"));
        client.nack(client.next(), NAMES_BAD);
        assertGiven(protocol, client.take(XdsType.LISTENER), listener("bad", "good-1"), listener("other", "2"));
        world.give(A, listener("bad", "broken"), listener("other", "3"));
        assertGiven(protocol, client.take(XdsType.LISTENER), listener("bad", "good-1"), listener("other", "3"));
        assertThat(client.waiting()).isEmpty();
        assertThat(sync(XdsType.LISTENER)).isEqualTo(TypeStatus.Sync.NACKED);

        world.give(A, listener("bad", "good-2"), listener("other", "3"));
        Answer fixed = client.take(XdsType.LISTENER);
        assertThat(fixed.resources())
                .containsEntry("bad", listener("bad", "good-2").body());
        assertThat(sync(XdsType.LISTENER)).isEqualTo(TypeStatus.Sync.SYNCED);
    }

    @Test
    void d3_delta_a_removal_that_stood_beside_a_refused_resource_is_told_again_and_once() {
        world.give(A, listener("gone", "1"), listener("bad", "1"));
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.ask(XdsType.LISTENER);
        client.take(XdsType.LISTENER);
        world.give(A, listener("bad", "broken"));
        Answer both = client.next();
        assertThat(both.removed()).containsExactly("gone");
        client.nack(both, NAMES_BAD);
        Answer again = client.next();
        assertThat(again.removed()).containsExactly("gone");
        assertThat(again.names()).isEmpty();
        client.nack(again, "still not");
        assertThat(client.waiting()).isEmpty();
    }

    /** Delta sends the change alone; the state of the world also says what stays. */
    private static void assertGiven(Protocol protocol, Answer answer, XdsResource stays, XdsResource changed) {
        assertThat(answer.resources()).containsEntry(changed.name(), changed.body());
        switch (protocol) {
            case DELTA -> assertThat(answer.names()).containsExactly(changed.name());
            case STATE_OF_THE_WORLD -> assertThat(answer.resources()).containsEntry(stays.name(), stays.body());
        }
    }

    @ParameterizedTest
    @EnumSource
    void where_the_refusal_names_nothing_the_bad_one_of_many_is_found_by_halving(Protocol protocol) {
        String[] names = IntStream.range(0, 16).mapToObj(i -> "r" + i).toArray(String[]::new);
        world.give(A, routes(names, "1"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.ROUTE, names);
        for (int i = 0; i < 100; i++) {
            List<Answer> waiting = client.waiting();
            if (waiting.isEmpty()) {
                break;
            }
            Answer answer = client.next();
            if (answer.names().contains("r11")) {
                client.nack(answer, "something is wrong with it");
            } else {
                client.ack(answer);
            }
        }
        TypeStatus status = world.registry.statuses().getFirst().types().get(XdsType.ROUTE);
        assertThat(status.sync()).isEqualTo(TypeStatus.Sync.NACKED);
        assertThat(status.acked()).isEqualTo(15);
        assertThat(world.counters.nacks(XdsType.ROUTE)).isEqualTo(5);
        assertThat(world.counters.responses(XdsType.ROUTE)).isEqualTo(9);
        assertThat(world.registry.statuses().getFirst().last().resources()).containsExactly("r11");
    }

    private static XdsResource[] routes(String[] names, String mark) {
        return List.of(names).stream().map(name -> route(name, mark)).toArray(XdsResource[]::new);
    }

    @ParameterizedTest
    @EnumSource
    void the_last_refusal_is_remembered_over_a_reconnect(Protocol protocol) {
        world.give(A, route("r", "bad"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.ROUTE, "r");
        client.nack(client.next(), "route r: no such cluster");
        client.cancel();
        assertThat(world.registry.statuses()).isEmpty();
        world.client(protocol, A).ask(XdsType.ROUTE);
        assertThat(world.registry.statuses().getFirst().last())
                .isEqualTo(new NackRecord(XdsType.ROUTE, List.of("r"), "route r: no such cluster", world.timers.now()));
    }

    @ParameterizedTest
    @EnumSource(XdsType.class)
    void a_refusal_of_one_proxy_is_its_own(XdsType type) {
        world.give(A, any(type, "x", 1));
        world.give(AdsWorld.B, any(type, "x", 1));
        ScriptedClient bad = world.client(Protocol.DELTA, A);
        ScriptedClient good = world.client(Protocol.DELTA, AdsWorld.B);
        bad.ask(type, "x");
        good.ask(type, "x");
        bad.nack(bad.next(), "no");
        good.take(type);
        assertThat(world.cache.everyConnectedProxyAcked(
                        type, "x", any(type, "x", 1).version()))
                .isFalse();
        bad.cancel();
        assertThat(world.cache.everyConnectedProxyAcked(
                        type, "x", any(type, "x", 1).version()))
                .isTrue();
    }

    private TypeStatus.Sync sync(XdsType type) {
        return world.registry.statuses().getFirst().types().get(type).sync();
    }
}
