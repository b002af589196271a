package io.weir.telemetry.window;

import static io.weir.telemetry.window.SimulatedSidecar.FAILED;
import static io.weir.telemetry.window.SimulatedSidecar.OK;
import static io.weir.telemetry.window.SimulatedSidecar.callTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.Intake;
import io.weir.telemetry.ingest.Push;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sidecars that go from one of three stores to another, lose their streams and start anew, while another store hears all of them: what
 * is told together is what that one tells, and never less than what happened.
 */
class MergePropertyTest {

    private static final String[] NAMES = {"a", "b", "c", "d"};

    private record Happened(Instant at, String who) {}

    private final HandClock clock = new HandClock();
    private final EdgeStore all = store();
    private final List<EdgeStore> stores = List.of(store(), store(), store());
    private final List<Happened> happened = new ArrayList<>();
    private final SimulatedSidecar[] sidecars = new SimulatedSidecar[NAMES.length];
    private final Instant[] offline = new Instant[NAMES.length];

    private EdgeStore store() {
        EdgeStore made = new EdgeStore(clock, new EdgeResolver(new TrustDomain("cluster.local")), patient());
        made.changed(Pods.of(NAMES), Pods.keys(NAMES));
        return made;
    }

    /** Waits for everybody: a store counts only those silences of a sidecar that it sees. */
    private static Limits patient() {
        Limits usual = Limits.usual();
        return new Limits(
                usual.edges(),
                usual.seriesOfSidecar(),
                usual.bytes(),
                usual.longest(),
                usual.eviction(),
                usual.keepGone(),
                Integer.MAX_VALUE);
    }

    /** What one of them is told, the one that hears all is told, too. */
    private record Both(EdgeStore one, EdgeStore all) implements Intake {
        @Override
        public Reports opened(ProxyIdentity sidecar) {
            Reports first = one.opened(sidecar);
            Reports second = all.opened(sidecar);
            return new Reports() {
                @Override
                public void pushed(Push push, long unreadable) {
                    first.pushed(push, unreadable);
                    second.pushed(push, unreadable);
                }

                @Override
                public void cannotCount() {
                    first.cannotCount();
                    second.cannotCount();
                }

                @Override
                public void closed() {
                    first.closed();
                    second.closed();
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void several_stores_tell_what_one_would_or_that_they_can_not(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < NAMES.length; i++) {
            sidecars[i] = new SimulatedSidecar("shop", NAMES[i], clock);
            sidecars[i].connect(new Both(stores.get(random.nextInt(3)), all));
        }
        int complete = 0;
        for (int second = 1; second <= 2_400; second++) {
            clock.advance(Duration.ofSeconds(1));
            for (int i = 0; i < NAMES.length; i++) {
                live(i, second, random);
            }
            if (second % 7 == 0) {
                boolean fine = random.nextBoolean();
                complete +=
                        compare(Duration.ofSeconds(fine ? 1 + random.nextInt(110) : 111 + random.nextInt(500)), fine);
            }
        }
        assertThat(complete).isGreaterThan(30);
    }

    /** One second of one sidecar. */
    private void live(int i, int second, Random random) {
        if (random.nextInt(3) == 0) {
            sidecars[i].requests(callTo("10.0.0." + i), random.nextInt(4) > 0 ? OK : FAILED, 1);
            happened.add(new Happened(clock.instant(), NAMES[i]));
        }
        Instant until = offline[i];
        if (until == null && second % 5 == i) {
            sidecars[i].push();
            if (random.nextInt(60) == 0) {
                // What an Envoy counts after its last push is lost with it, so it ends right after one.
                sidecars[i].disconnect();
                boolean restarts = random.nextInt(3) == 0;
                if (restarts) {
                    sidecars[i].restart();
                }
                offline[i] = clock.instant().plusSeconds(random.nextInt(restarts ? 20 : 100));
            }
        } else if (until != null && clock.instant().isAfter(until)) {
            offline[i] = null;
            sidecars[i].connect(new Both(stores.get(random.nextInt(3)), all));
        }
    }

    private Merge merged(Long startMs) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (EdgeStore store : stores) {
            Part part = PartCodec.read(PartCodec.write(store.part(startMs, Part.NEVER)));
            assertThat(part).isEqualTo(store.part(startMs, Part.NEVER));
            parts.add(part);
        }
        return new Merge(clock.millis(), parts, stores.getFirst().expected());
    }

    private int compare(Duration window, boolean fine) throws IOException {
        Merge now = merged(null);
        assertThat(now.silent()).isEqualTo(all.silent());
        Answer one = all.window(window);
        if (now.late() != null) {
            assertThat(one).isInstanceOf(Answer.Incomplete.class);
            return 0;
        }
        long endMs = now.toldMs();
        long startMs = endMs - window.toMillis();
        return switch (merged(startMs).window(startMs, endMs)) {
            case Answer.TimedOut late -> throw new AssertionError("nothing is waited for: " + late);
            case Answer.Incomplete incomplete -> {
                assertThat(incomplete.retryAfter()).isPositive();
                yield 0;
            }
            case Answer.Complete whole -> {
                if (fine) {
                    assertThat(one).isEqualTo(whole);
                } else {
                    assertThat(one).isInstanceOf(Answer.Complete.class);
                }
                for (String name : NAMES) {
                    if (!now.silent().contains(Pods.key(name))) {
                        assertThat(requests(whole.edges(), name))
                                .as("%s in %s until %s", name, window, whole.end())
                                .isGreaterThanOrEqualTo(
                                        between(name, whole.end().minus(window), whole.end()))
                                .isLessThanOrEqualTo(
                                        between(name, whole.end().minus(window).minusSeconds(50), clock.instant()));
                    }
                }
                yield 1;
            }
        };
    }

    private long between(String who, Instant after, Instant until) {
        return happened.stream()
                .filter(one -> one.who().equals(who)
                        && one.at().isAfter(after)
                        && !one.at().isAfter(until))
                .count();
    }

    private static long requests(Map<Edge, Traffic> edges, String who) {
        return edges.entrySet().stream()
                .filter(entry -> entry.getKey().source().pod().equals(who))
                .mapToLong(
                        entry -> entry.getValue().successes() + entry.getValue().failures())
                .sum();
    }
}
