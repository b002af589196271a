package io.weir.telemetry.window;

import static io.weir.telemetry.window.SimulatedSidecar.FAILED;
import static io.weir.telemetry.window.SimulatedSidecar.OK;
import static io.weir.telemetry.window.SimulatedSidecar.callTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with a plain list of what happened, through random traffic, restarts, lost streams and forgotten counters. */
class EdgeStorePropertyTest {

    private static final String[] NAMES = {"a", "b", "c", "d"};

    private record Happened(Instant at, String who, boolean ok) {}

    private final HandClock clock = new HandClock();
    private final EdgeStore store =
            new EdgeStore(clock, new EdgeResolver(new TrustDomain("cluster.local")), Limits.usual());
    private final List<Happened> happened = new ArrayList<>();
    private final SimulatedSidecar[] sidecars = new SimulatedSidecar[NAMES.length];
    private final Instant[] offline = new Instant[NAMES.length];

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void a_complete_window_holds_all_that_happened_in_it_and_only_what_happened_just_before(long seed) {
        Random random = new Random(seed);
        store.changed(Pods.of(NAMES), Pods.keys(NAMES));
        for (int i = 0; i < NAMES.length; i++) {
            sidecars[i] = new SimulatedSidecar("shop", NAMES[i], clock);
            sidecars[i].connect(store);
        }
        int complete = 0;
        for (int second = 1; second <= 2_400; second++) {
            clock.advance(Duration.ofSeconds(1));
            for (int i = 0; i < NAMES.length; i++) {
                live(i, second, random);
            }
            if (second % 7 == 0) {
                complete += compare(Duration.ofSeconds(5 + random.nextInt(600)));
            }
        }
        assertThat(complete).isGreaterThan(50);
        settle();
        for (String name : NAMES) {
            assertThat(successes(store.totals(), name)).isEqualTo(count(name, Instant.MIN, true));
            assertThat(failures(store.totals(), name)).isEqualTo(count(name, Instant.MIN, false));
        }
    }

    /** One second of one sidecar. */
    private void live(int i, int second, Random random) {
        if (random.nextInt(3) == 0) {
            boolean ok = random.nextInt(4) > 0;
            sidecars[i].requests(callTo("10.0.0." + i), ok ? OK : FAILED, 1);
            happened.add(new Happened(clock.instant(), NAMES[i], ok));
        }
        Instant until = offline[i];
        if (until == null && second % 5 == i) {
            sidecars[i].push();
            if (random.nextInt(60) == 0) {
                // What an Envoy counts after its last push is lost with it, so it ends right after one.
                sidecars[i].disconnect();
                boolean restarts = random.nextBoolean();
                if (restarts) {
                    sidecars[i].restart();
                }
                offline[i] = clock.instant().plusSeconds(random.nextInt(restarts ? 20 : 100));
            }
        } else if (until != null && clock.instant().isAfter(until)) {
            offline[i] = null;
            sidecars[i].connect(store);
        }
    }

    private int compare(Duration window) {
        return switch (store.window(window)) {
            case Answer.Incomplete incomplete -> {
                assertThat(incomplete.retryAfter()).isPositive();
                yield 0;
            }
            case Answer.TimedOut late -> throw new AssertionError("a store does not wait: " + late);
            case Answer.Complete whole -> {
                Instant start = whole.end().minus(window);
                SortedSet<WorkloadKey> silent = store.silent();
                for (String name : NAMES) {
                    if (silent.contains(Pods.key(name))) {
                        continue;
                    }
                    long got = successes(whole.edges(), name) + failures(whole.edges(), name);
                    assertThat(got)
                            .as("%s in %s until %s", name, window, whole.end())
                            .isGreaterThanOrEqualTo(between(name, start, whole.end()))
                            .isLessThanOrEqualTo(between(name, start.minusSeconds(50), clock.instant()));
                }
                yield 1;
            }
        };
    }

    private void settle() {
        clock.advance(Duration.ofSeconds(5));
        for (int i = 0; i < NAMES.length; i++) {
            if (offline[i] != null) {
                sidecars[i].connect(store);
            }
            sidecars[i].push();
        }
    }

    private long between(String who, Instant after, Instant until) {
        return happened.stream()
                .filter(one -> one.who().equals(who)
                        && one.at().isAfter(after)
                        && !one.at().isAfter(until))
                .count();
    }

    private long count(String who, Instant after, boolean ok) {
        return happened.stream()
                .filter(one ->
                        one.who().equals(who) && one.ok() == ok && one.at().isAfter(after))
                .count();
    }

    private static long successes(Map<Edge, Traffic> edges, String who) {
        return edges.entrySet().stream()
                .filter(entry -> entry.getKey().source().pod().equals(who))
                .mapToLong(entry -> entry.getValue().successes())
                .sum();
    }

    private static long failures(Map<Edge, Traffic> edges, String who) {
        return edges.entrySet().stream()
                .filter(entry -> entry.getKey().source().pod().equals(who))
                .mapToLong(entry -> entry.getValue().failures())
                .sum();
    }
}
