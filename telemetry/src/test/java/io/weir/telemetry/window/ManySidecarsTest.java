package io.weir.telemetry.window;

import static io.weir.telemetry.window.SimulatedSidecar.OK;
import static io.weir.telemetry.window.SimulatedSidecar.callTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A thousand sidecars, each calling ten pods; and what happens when there is more than is kept. */
class ManySidecarsTest {

    private static final int SIDECARS = 1_000;
    private static final int PEERS = 10;

    private final HandClock clock = new HandClock();
    private final String[] names =
            IntStream.range(0, SIDECARS).mapToObj(i -> "pod-" + i).toArray(String[]::new);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private EdgeStore store(Limits limits) {
        EdgeStore store = new EdgeStore(clock, new EdgeResolver(new TrustDomain("cluster.local")), limits);
        store.changed(Pods.of(names), Pods.keys(names));
        StoreMeters.register(store, store::silent, registry);
        return store;
    }

    private SimulatedSidecar[] connect(EdgeStore store) {
        return IntStream.range(0, SIDECARS)
                .mapToObj(i -> {
                    SimulatedSidecar sidecar = new SimulatedSidecar("shop", names[i], clock);
                    sidecar.connect(store);
                    return sidecar;
                })
                .toArray(SimulatedSidecar[]::new);
    }

    private void round(SimulatedSidecar[] sidecars) {
        clock.advance(Duration.ofSeconds(5));
        for (int i = 0; i < SIDECARS; i++) {
            for (int peer = 1; peer <= PEERS; peer++) {
                sidecars[i].requests(callTo(Pods.address((i + peer) % SIDECARS)), OK, 3);
            }
            sidecars[i].push();
        }
    }

    private double meter(String name) {
        return registry.get(name).gauge().value();
    }

    private static long requests(Map<Edge, Traffic> edges) {
        return edges.values().stream().mapToLong(Traffic::successes).sum();
    }

    @Test
    void a_thousand_sidecars_are_added_up_exactly() {
        run(12);
    }

    @Test
    @Tag("long")
    void a_thousand_sidecars_for_ten_minutes() {
        run(120);
    }

    private void run(int rounds) {
        EdgeStore store = store(Limits.usual());
        SimulatedSidecar[] sidecars = connect(store);
        for (int i = 0; i < rounds; i++) {
            round(sidecars);
        }
        long all = (long) rounds * SIDECARS * PEERS * 3;
        assertThat(store.totals()).hasSize(SIDECARS * PEERS);
        assertThat(requests(store.totals())).isEqualTo(all);
        assertThat(store.window(Duration.ofHours(1)))
                .isInstanceOfSatisfying(
                        Answer.Complete.class,
                        answer -> assertThat(requests(answer.edges())).isEqualTo(all));
        assertThat(meter("weir.telemetry.edges")).isEqualTo(SIDECARS * PEERS);
        assertThat(meter("weir.telemetry.series")).isEqualTo(SIDECARS * PEERS);
        // At most 36 stretches of 5 s and 15 of 30 s, of less than 32 bytes for each edge.
        assertThat(meter("weir.telemetry.history.bytes")).isBetween(1.0, 51.0 * SIDECARS * PEERS * 32);
    }

    @Test
    void over_the_byte_limit_windows_get_shorter_and_say_so() {
        Limits usual = Limits.usual();
        int bytes = 1_000_000;
        EdgeStore store = store(new Limits(
                usual.edges(),
                usual.seriesOfSidecar(),
                bytes,
                usual.longest(),
                usual.eviction(),
                usual.keepGone(),
                usual.silences()));
        SimulatedSidecar[] sidecars = connect(store);
        for (int i = 0; i < 24; i++) {
            round(sidecars);
            assertThat(meter("weir.telemetry.history.bytes")).isLessThanOrEqualTo(bytes);
        }
        assertThat(store.window(Duration.ofSeconds(10))).isInstanceOf(Answer.Complete.class);
        assertThat(store.window(Duration.ofSeconds(110)))
                .isInstanceOfSatisfying(
                        Answer.Incomplete.class,
                        answer -> assertThat(answer.reason()).startsWith("no more than the last "));
    }

    @Test
    void over_the_limit_of_edges_traffic_is_told_without_its_peer_and_none_is_lost() {
        Limits usual = Limits.usual();
        EdgeStore store = store(new Limits(
                SIDECARS * 4, 6, usual.bytes(), usual.longest(), usual.eviction(), usual.keepGone(), usual.silences()));
        SimulatedSidecar[] sidecars = connect(store);
        for (int i = 0; i < 3; i++) {
            round(sidecars);
        }
        long all = 3L * SIDECARS * PEERS * 3;
        Map<Edge, Traffic> totals = store.totals();
        assertThat(requests(totals)).isEqualTo(all);
        assertThat(totals.size()).isLessThanOrEqualTo(SIDECARS * 5);
        assertThat(totals.keySet()).anyMatch(edge -> edge.destination().equals(Party.UNKNOWN));
        assertThat(meter("weir.telemetry.sidecars.folding")).isEqualTo(SIDECARS);
        assertThat(store.window(Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(
                        Answer.Complete.class,
                        answer -> assertThat(requests(answer.edges())).isEqualTo(all));
    }
}
