package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.A;
import static io.weir.controlplane.xds.server.AdsWorld.B;
import static io.weir.controlplane.xds.server.AdsWorld.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PushRoundTest {

    private final AdsWorld world = new AdsWorld();
    private final List<Long> each = new ArrayList<>();
    private final List<Long> all = new ArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private AdsCache.Round push(XdsResource forA, XdsResource forB) {
        world.snapshots.put(A, AdsWorld.snapshot(forA));
        world.snapshots.put(B, AdsWorld.snapshot(forB));
        AdsCache.Round round = new AdsCache.Round(world.timers.nanos(), each::add, all::add);
        world.cache.changed(round);
        return round;
    }

    private ScriptedClient served(Protocol protocol, WorkloadKey proxy) {
        world.give(proxy, route("r", "1"));
        ScriptedClient client = world.client(protocol, proxy);
        client.ask(XdsType.ROUTE, "r");
        client.take(XdsType.ROUTE);
        return client;
    }

    @ParameterizedTest
    @EnumSource
    void it_ends_when_the_last_proxy_that_it_concerns_has_answered(Protocol protocol) {
        ScriptedClient a = served(protocol, A);
        ScriptedClient b = served(protocol, B);

        AdsCache.Round round = push(route("r", "2"), route("r", "2"));
        world.timers.advance(Duration.ofMillis(3));
        a.take(XdsType.ROUTE);
        assertThat(each).containsExactly(Duration.ofMillis(3).toNanos());
        assertThat(all).isEmpty();
        world.timers.advance(Duration.ofMillis(4));
        b.take(XdsType.ROUTE);

        assertThat(all).containsExactly(Duration.ofMillis(7).toNanos());
        assertThat(round.concerned()).isEqualTo(2);
    }

    @Test
    void it_waits_for_nobody_whom_the_change_does_not_concern() {
        served(Protocol.DELTA, A);
        ScriptedClient b = served(Protocol.DELTA, B);

        AdsCache.Round round = push(route("r", "1"), route("r", "2"));
        b.take(XdsType.ROUTE);

        assertThat(round.concerned()).isEqualTo(1);
        assertThat(all).hasSize(1);
    }

    @Test
    void a_proxy_that_goes_is_waited_for_no_longer() {
        ScriptedClient a = served(Protocol.DELTA, A);
        served(Protocol.DELTA, B);

        push(route("r", "2"), route("r", "1"));
        assertThat(all).isEmpty();
        a.cancel();

        assertThat(each).isEmpty();
        assertThat(all).hasSize(1);
    }
}
