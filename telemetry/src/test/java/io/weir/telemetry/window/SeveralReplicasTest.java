package io.weir.telemetry.window;

import static io.weir.telemetry.window.SimulatedSidecar.OK;
import static io.weir.telemetry.window.SimulatedSidecar.callTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.replicas.MergedReadings;
import io.weir.telemetry.replicas.Peer;
import io.weir.telemetry.replicas.Peers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replicas in one process, the clock of one of which is an hour ahead. */
class SeveralReplicasTest {

    private static final String[] NAMES = {"web", "client", "other"};

    private final HandClock clock = new HandClock();
    private final InstantSource ahead = () -> clock.instant().plusSeconds(3_600);
    private final Replica here = new Replica(clock);
    private final Replica there = new Replica(ahead);

    /** A replica, as the others reach it. */
    private static final class Replica {

        private final EdgeStore store;
        private final InstantSource clock;
        private final Peers<Replica> peers = new Peers<>((name, replica) -> new InProcess(name, replica));
        private final MergedReadings readings;

        Replica(InstantSource clock) {
            this.clock = clock;
            this.store = new EdgeStore(clock, new EdgeResolver(new TrustDomain("cluster.local")), Limits.usual());
            this.readings = new MergedReadings(store, peers, clock);
            store.changed(Pods.of(NAMES), Pods.keys(NAMES));
        }

        void knows(Map<String, Replica> others) {
            peers.changed(others, Map.of(), clock.millis());
        }

        Answer window(int seconds) {
            return readings.window(Duration.ofSeconds(seconds));
        }

        long requests(int seconds) {
            Answer answer = window(seconds);
            assertThat(answer).isInstanceOf(Answer.Complete.class);
            return SeveralReplicasTest.requests(((Answer.Complete) answer).edges());
        }

        Answer.Incomplete incomplete(int seconds) {
            Answer answer = window(seconds);
            assertThat(answer).isInstanceOf(Answer.Incomplete.class);
            return (Answer.Incomplete) answer;
        }
    }

    private record InProcess(String name, Replica replica) implements Peer {
        @Override
        public Part ask(@Nullable Long startMs) {
            return replica.readings.part(startMs);
        }
    }

    @BeforeEach
    void meet() {
        here.knows(Map.of("there", there));
        there.knows(Map.of("here", here));
    }

    private SimulatedSidecar sidecar(String name, Replica at) {
        SimulatedSidecar sidecar = new SimulatedSidecar("shop", name, clock);
        sidecar.connect(at.store);
        return sidecar;
    }

    /** The same number of pushes, 5 s apart, each of one request more. */
    private void rounds(int count, SimulatedSidecar... sidecars) {
        for (int i = 0; i < count; i++) {
            clock.advance(Duration.ofSeconds(5));
            for (SimulatedSidecar sidecar : sidecars) {
                sidecar.requests(callTo("10.0.0.0"), OK, 1);
                sidecar.push();
            }
        }
    }

    private static long requests(Map<Edge, Traffic> edges) {
        return edges.values().stream().mapToLong(Traffic::successes).sum();
    }

    @Test
    void each_tells_of_the_whole_mesh_and_in_totals_of_its_own_sidecars() {
        SimulatedSidecar web = sidecar("web", here);
        SimulatedSidecar client = sidecar("client", there);
        SimulatedSidecar other = sidecar("other", there);
        rounds(20, web, client, other);

        assertThat(here.requests(60)).isEqualTo(there.requests(60)).isEqualTo(3 * 13);
        assertThat(here.requests(100)).isEqualTo(3 * 20);
        assertThat(here.incomplete(101).reason()).contains("no more than the last 100 s are known");
        assertThat(requests(here.readings.totals())).isEqualTo(20);
        assertThat(requests(there.readings.totals())).isEqualTo(2 * 20);
        Answer.Complete ours = (Answer.Complete) here.window(60);
        assertThat(ours.end()).isEqualTo(clock.instant());
        assertThat(((Answer.Complete) there.window(60)).end()).isEqualTo(ahead.instant());
        assertThat(Duration.between(ours.start(), ours.end())).isEqualTo(Duration.ofSeconds(65));
    }

    @Test
    void a_sidecar_that_went_from_one_to_the_other_is_whole_again_when_the_window_has_passed() {
        SimulatedSidecar web = sidecar("web", here);
        SimulatedSidecar client = sidecar("client", there);
        SimulatedSidecar other = sidecar("other", there);
        rounds(20, web, client, other);
        web.disconnect();
        web.connect(there.store);
        rounds(1, web, client, other);

        assertThat(here.incomplete(30).reason()).contains("shop/web went from one replica to another 0 s ago");
        assertThat(there.incomplete(30).retryAfter()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(40));
        rounds(7, web, client, other);
        assertThat(here.requests(30)).isEqualTo(3 * 7);
        assertThat(there.requests(30)).isEqualTo(3 * 7);
        assertThat(here.incomplete(60).reason()).contains("shop/web");
    }

    @Test
    void who_reports_to_one_is_not_silent_to_the_other() {
        SimulatedSidecar web = sidecar("web", here);
        SimulatedSidecar client = sidecar("client", there);
        rounds(20, web, client);

        assertThat(here.readings.silent()).containsExactly(Pods.key("other"));
        assertThat(there.readings.silent()).containsExactly(Pods.key("other"));
        assertThat(here.requests(60)).isEqualTo(2 * 13);
    }

    @Test
    void without_an_answer_of_each_nothing_is_said() {
        SimulatedSidecar web = sidecar("web", here);
        SimulatedSidecar client = sidecar("client", there);
        SimulatedSidecar other = sidecar("other", there);
        rounds(20, web, client, other);
        assertThat(here.readings.silent()).isEmpty();
        Peers<String> unreachable = new Peers<>((name, reason) -> new Peer() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Part ask(@Nullable Long startMs) throws NoAnswer {
                throw new NoAnswer(
                        "replica " + name + " does not answer: " + reason, new IllegalStateException(reason));
            }
        });
        unreachable.changed(Map.of("there", "UNAVAILABLE"), Map.of(), clock.millis());

        assertThat(new MergedReadings(here.store, unreachable, clock).window(Duration.ofSeconds(30)))
                .isEqualTo(new Answer.Incomplete("replica there does not answer: UNAVAILABLE", Duration.ofSeconds(5)));
    }

    @Test
    void with_a_replica_goes_what_it_was_told() {
        SimulatedSidecar web = sidecar("web", here);
        SimulatedSidecar client = sidecar("client", there);
        SimulatedSidecar other = sidecar("other", here);
        rounds(20, web, client, other);
        here.knows(Map.of());

        assertThat(here.incomplete(10).reason()).contains("shop/client has not reported since a replica came or went");
        client.disconnect();
        client.connect(here.store);
        rounds(4, web, client, other);
        assertThat(here.incomplete(30).retryAfter()).isLessThanOrEqualTo(Duration.ofSeconds(15));
        rounds(4, web, client, other);
        assertThat(here.requests(30)).isEqualTo(3 * 7);
    }

    @Test
    void a_replica_that_starts_anew_has_lost_what_it_was_told() {
        SimulatedSidecar web = sidecar("web", here);
        SimulatedSidecar client = sidecar("client", here);
        rounds(20, web, client);
        SimulatedSidecar other = sidecar("other", there);
        rounds(1, web, client, other);
        AtomicReference<Replica> address = new AtomicReference<>(there);
        Peers<AtomicReference<Replica>> peers = new Peers<>((name, at) -> new Peer() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Part ask(@Nullable Long startMs) {
                return at.get().readings.part(startMs);
            }
        });
        peers.changed(Map.of("there", address), Map.of(), clock.millis());
        MergedReadings readings = new MergedReadings(here.store, peers, clock);
        assertThat(readings.window(Duration.ofSeconds(60))).isInstanceOf(Answer.Complete.class);

        // At the same address; its sidecar has gone as well.
        address.set(new Replica(ahead));
        assertThat(readings.window(Duration.ofSeconds(60))).isInstanceOf(Answer.Incomplete.class);
        rounds(8, web, client);
        assertThat(readings.window(Duration.ofSeconds(60))).isInstanceOf(Answer.Incomplete.class);
        assertThat(readings.window(Duration.ofSeconds(30)))
                .isInstanceOfSatisfying(
                        Answer.Complete.class,
                        answer -> assertThat(requests(answer.edges())).isEqualTo(2 * 7));
    }

    /** Another replica that answers, or does not. */
    private static final class Fallible implements Peer {

        private final Replica replica;
        private boolean answers = true;

        Fallible(Replica replica) {
            this.replica = replica;
        }

        @Override
        public String name() {
            return "there";
        }

        @Override
        public Part ask(@Nullable Long startMs) throws NoAnswer {
            if (!answers) {
                throw new NoAnswer("replica there does not answer", new IllegalStateException("down"));
            }
            return replica.readings.part(startMs);
        }
    }

    @Test
    void a_replica_that_is_not_ready_is_still_asked_and_given_up_only_when_it_does_not_answer() {
        SimulatedSidecar web = sidecar("web", here);
        SimulatedSidecar client = sidecar("client", there);
        SimulatedSidecar other = sidecar("other", here);
        Peers<Fallible> peers = new Peers<>((name, peer) -> peer);
        MergedReadings readings = new MergedReadings(here.store, peers, clock);
        Fallible peer = new Fallible(there);
        peers.changed(Map.of("there", peer), Map.of(), clock.millis());
        rounds(20, web, client, other);

        peers.changed(Map.of(), Map.of("there", peer), clock.millis());
        assertThat(readings.window(Duration.ofSeconds(60)))
                .isInstanceOfSatisfying(
                        Answer.Complete.class,
                        answer -> assertThat(requests(answer.edges())).isEqualTo(3 * 13));

        peer.answers = false;
        assertThat(readings.window(Duration.ofSeconds(60))).isInstanceOf(Answer.Incomplete.class);
        rounds(14, web, other);
        // Its sidecar is silent by now, and the window begins after the replica was last heard of.
        assertThat(readings.window(Duration.ofSeconds(30)))
                .isInstanceOfSatisfying(
                        Answer.Complete.class,
                        answer -> assertThat(requests(answer.edges())).isEqualTo(2 * 7));
        assertThat(readings.window(Duration.ofSeconds(90))).isInstanceOf(Answer.Incomplete.class);

        // Nothing was lost after all.
        client.push();
        peer.answers = true;
        peers.changed(Map.of("there", peer), Map.of(), clock.millis());
        assertThat(readings.window(Duration.ofSeconds(150)))
                .isInstanceOfSatisfying(
                        Answer.Complete.class,
                        answer -> assertThat(requests(answer.edges())).isEqualTo(2 * 31 + 17));
    }

    @Test
    void a_replica_that_was_never_ready_is_not_asked() {
        SimulatedSidecar web = sidecar("web", here);
        Peers<Fallible> peers = new Peers<>((name, peer) -> peer);
        Fallible peer = new Fallible(there);
        peer.answers = false;
        peers.changed(Map.of(), Map.of("there", peer), clock.millis());
        rounds(14, web);

        assertThat(new MergedReadings(here.store, peers, clock).window(Duration.ofSeconds(30)))
                .isInstanceOf(Answer.Complete.class);
    }

    @Test
    void a_program_that_joined_a_mesh_knows_nothing_of_pods_that_went_before() {
        SimulatedSidecar web = sidecar("web", here);
        SimulatedSidecar client = sidecar("client", here);
        SimulatedSidecar other = sidecar("other", here);
        rounds(6, web, client, other);
        Peers<Replica> nobody = new Peers<>((name, replica) -> new InProcess(name, replica));
        nobody.changed(Map.of(), Map.of(), clock.millis());

        assertThat(new MergedReadings(here.store, nobody, clock).window(Duration.ofSeconds(31)))
                .isEqualTo(new Answer.Incomplete(
                        "what pods did that have gone is known only since this program started",
                        Duration.ofSeconds(1)));
        assertThat(new MergedReadings(here.store, nobody, clock).window(Duration.ofSeconds(30)))
                .isInstanceOf(Answer.Complete.class);
        assertThat(new MergedReadings(here.store, Peers.none(), clock).window(Duration.ofSeconds(31)))
                .isInstanceOf(Answer.Complete.class);
    }

    @Test
    void who_opens_streams_over_and_over_takes_no_place() {
        SimulatedSidecar web = sidecar("web", here);
        rounds(20, web);
        for (int i = 0; i < 1_000; i++) {
            web.disconnect();
            web.connect(here.store);
            rounds(1, web);
        }
        assertThat(here.store.part(null, Part.NEVER).stays()).hasSize(1);
    }
}
