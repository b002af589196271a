package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.route;
import static io.weir.controlplane.xds.server.AdsWorld.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that connect at once are given much one after the other, and nobody waits for long. */
class LargeResponsesTest {

    /** Two fit into what may be on its way, three don't. */
    private static final int TWELVE_MIB = 12 * 1024 * 1024;

    private static final Duration ALMOST_TOO_LONG = Duration.ofMillis(1_999);
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final AdsWorld world = new AdsWorld();
    private final XdsResource much = XdsResource.of(
            XdsType.CLUSTER,
            "much",
            Cluster.newBuilder()
                    .setName("much")
                    .setAltStatName("x".repeat(TWELVE_MIB))
                    .build());

    @AfterEach
    void close() {
        world.close();
    }

    private List<ScriptedClient> asking(Protocol protocol, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    WorkloadKey proxy = new WorkloadKey("shop", "w" + i);
                    world.give(proxy, much, route("r", "1"));
                    ScriptedClient client = world.client(protocol, proxy);
                    client.ask(XdsType.CLUSTER);
                    return client;
                })
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void the_third_is_told_when_the_first_has_answered(Protocol protocol) {
        List<ScriptedClient> clients = asking(protocol, 3);
        assertThat(clients.get(1).waiting()).hasSize(1);
        assertThat(clients.get(2).waiting()).isEmpty();

        clients.get(0).take(XdsType.CLUSTER);
        world.timers.advance(Duration.ZERO);
        assertThat(clients.get(2).take(XdsType.CLUSTER).names()).containsExactly("much");
    }

    @ParameterizedTest
    @EnumSource
    void the_third_is_told_when_the_first_has_gone(Protocol protocol) {
        List<ScriptedClient> clients = asking(protocol, 3);
        clients.get(0).cancel();
        world.timers.advance(Duration.ZERO);
        assertThat(clients.get(2).take(XdsType.CLUSTER).names()).containsExactly("much");
    }

    @ParameterizedTest
    @EnumSource
    void nobody_waits_for_long_for_clients_that_do_not_answer(Protocol protocol) {
        List<ScriptedClient> clients = asking(protocol, 3);
        world.timers.advance(ALMOST_TOO_LONG);
        assertThat(clients.get(2).waiting()).isEmpty();
        world.timers.advance(MOMENT);
        assertThat(clients.get(2).take(XdsType.CLUSTER).names()).containsExactly("much");
    }

    @ParameterizedTest
    @EnumSource
    void one_that_no_longer_reads_keeps_no_room_from_those_after_it(Protocol protocol) {
        List<ScriptedClient> clients = asking(protocol, 2);
        WorkloadKey proxy = new WorkloadKey("shop", "reads-once");
        world.give(proxy, much, secret("trust", "1"));
        ScriptedClient once = world.client(protocol, proxy.toString(), 1);
        once.ask(XdsType.CLUSTER);
        once.ask(XdsType.SECRET, "trust");
        assertThat(once.waiting()).extracting(Answer::names).containsExactly(List.of("trust"));
        proxy = new WorkloadKey("shop", "last");
        world.give(proxy, much);
        ScriptedClient last = world.client(protocol, proxy);
        last.ask(XdsType.CLUSTER);
        assertThat(last.waiting()).isEmpty();

        clients.getFirst().take(XdsType.CLUSTER);
        world.timers.advance(Duration.ZERO);
        assertThat(last.take(XdsType.CLUSTER).names()).containsExactly("much");
    }

    @ParameterizedTest
    @EnumSource
    void what_is_small_waits_for_nobody(Protocol protocol) {
        asking(protocol, 2);
        WorkloadKey proxy = new WorkloadKey("shop", "small");
        world.give(proxy, route("r", "1"));
        ScriptedClient small = world.client(protocol, proxy);
        small.ask(XdsType.ROUTE, "r");
        assertThat(small.take(XdsType.ROUTE).names()).containsExactly("r");
        world.give(proxy, route("r", "2"));
        assertThat(small.take(XdsType.ROUTE).names()).containsExactly("r");
    }
}
