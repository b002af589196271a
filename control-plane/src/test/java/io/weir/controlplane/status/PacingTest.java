package io.weir.controlplane.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.ClusterState.ObjectVersion;
import io.weir.controlplane.status.Condition.Aspect;
import io.weir.controlplane.status.Condition.Status;
import io.weir.controlplane.status.Conditions.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PacingTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectRef SPLIT = new ObjectRef("TrafficSplit", "shop", "canary");

    private final Pacing pacing = new Pacing(new TokenBucket(50, Duration.ofMillis(50), START));
    private final Map<ObjectRef, Stored> stored = new HashMap<>();

    private static Wanted wanted(long generation, Status programmed, String counts) {
        return new Wanted(
                new ObjectVersion("uid", generation, true),
                List.of(
                        new Condition(Aspect.ACCEPTED, Status.TRUE, "Accepted", "Yes."),
                        new Condition(
                                Aspect.PROGRAMMED,
                                programmed,
                                programmed == Status.TRUE ? "Programmed" : "Pending",
                                counts)));
    }

    private boolean isDue(Wanted wanted, Duration after) {
        return pacing.due(Map.of(SPLIT, wanted), stored, START.plus(after)).contains(SPLIT);
    }

    private void write(Wanted wanted, Duration after) {
        stored.compute(
                SPLIT,
                (_, before) -> new Stored(
                        "uid",
                        wanted.version().generation(),
                        1,
                        (before == null ? new Stored("uid", 1, 0, Map.of()) : before)
                                .after(wanted, START.plus(after))));
        pacing.written(SPLIT, START.plus(after));
    }

    private void stored(Wanted wanted) {
        write(wanted, Duration.ofHours(-1));
    }

    @Test
    void what_is_there_already_is_not_due_and_news_are_at_once() {
        stored.put(SPLIT, new Stored("uid", 1, 0, Map.of()));
        Wanted first = wanted(1, Status.FALSE, "0 of 2");
        assertThat(isDue(first, Duration.ZERO)).isTrue();
        write(first, Duration.ZERO);
        assertThat(isDue(first, Duration.ofSeconds(1))).isFalse();
        assertThat(isDue(wanted(2, Status.FALSE, "0 of 2"), Duration.ofSeconds(1)))
                .as("another generation")
                .isTrue();
        stored.put(SPLIT, new Stored("uid", 2, 2, stored.get(SPLIT).conditions()));
        assertThat(isDue(wanted(1, Status.FALSE, "1 of 2"), Duration.ofSeconds(5)))
                .as("what is said of an older object than there is")
                .isFalse();
    }

    @Test
    void counts_are_gathered_for_two_seconds() {
        stored(wanted(1, Status.FALSE, "0 of 9"));
        assertThat(isDue(wanted(1, Status.FALSE, "1 of 9"), Duration.ZERO)).isTrue();
        write(wanted(1, Status.FALSE, "1 of 9"), Duration.ZERO);
        assertThat(isDue(wanted(1, Status.FALSE, "5 of 9"), Duration.ofMillis(1900)))
                .isFalse();
        assertThat(isDue(wanted(1, Status.FALSE, "8 of 9"), Duration.ofMillis(2100)))
                .isTrue();
    }

    @Test
    void proxies_that_are_behind_for_a_moment_withdraw_nothing() {
        stored(wanted(1, Status.TRUE, "9 of 9"));
        assertThat(isDue(wanted(1, Status.FALSE, "8 of 9"), Duration.ZERO)).isFalse();
        assertThat(isDue(wanted(1, Status.TRUE, "9 of 9"), Duration.ofSeconds(5)))
                .isFalse();
        assertThat(isDue(wanted(1, Status.FALSE, "8 of 9"), Duration.ofSeconds(6)))
                .isFalse();
        assertThat(isDue(wanted(1, Status.FALSE, "8 of 9"), Duration.ofSeconds(15)))
                .isFalse();
        assertThat(isDue(wanted(1, Status.FALSE, "7 of 9"), Duration.ofSeconds(17)))
                .isTrue();
    }

    @Test
    void five_hundred_at_once_are_written_fifty_first_and_then_twenty_a_second() {
        TreeMap<ObjectRef, Wanted> all = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            ObjectRef object = new ObjectRef("TCPRoute", "shop", "route-" + i);
            all.put(object, wanted(1, Status.TRUE, "1 of 1"));
            stored.put(object, new Stored("uid", 1, 1, Map.of()));
        }
        assertThat(pacing.due(all, stored, START)).hasSize(500);
        int written = 0;
        while (pacing.take(START)) {
            written++;
        }
        assertThat(written).isEqualTo(50);
        for (int second = 1; second <= 10; second++) {
            Instant now = START.plusSeconds(second);
            while (pacing.take(now)) {
                written++;
            }
        }
        assertThat(written).isEqualTo(250);
    }

    @Test
    void whoever_waits_longest_comes_first() {
        ObjectRef later = new ObjectRef("HTTPRouteGroup", "a", "a");
        stored.put(SPLIT, new Stored("uid", 1, 0, Map.of()));
        stored.put(later, new Stored("uid", 1, 0, Map.of()));
        Wanted wanted = wanted(1, Status.TRUE, "1 of 1");
        assertThat(pacing.due(Map.of(SPLIT, wanted), stored, START)).containsExactly(SPLIT);
        assertThat(pacing.due(new TreeMap<>(Map.of(SPLIT, wanted, later, wanted)), stored, START.plusSeconds(1)))
                .containsExactly(SPLIT, later);
    }

    @Test
    void an_object_whose_status_is_not_taken_keeps_nobody_waiting_and_is_tried_again_later() {
        stored.put(SPLIT, new Stored("uid", 1, 0, Map.of()));
        Wanted wanted = wanted(1, Status.TRUE, "1 of 1");
        assertThat(isDue(wanted, Duration.ZERO)).isTrue();
        pacing.refused(SPLIT, START);
        assertThat(isDue(wanted, Duration.ofSeconds(30))).isFalse();
        assertThat(isDue(wanted, Duration.ofSeconds(61))).isTrue();
    }

    @Test
    void an_object_that_vanished_or_was_made_anew_is_not_written() {
        stored.put(SPLIT, new Stored("another uid", 1, 0, Map.of()));
        assertThat(isDue(wanted(1, Status.TRUE, "1 of 1"), Duration.ZERO)).isFalse();
        stored.clear();
        assertThat(isDue(wanted(1, Status.TRUE, "1 of 1"), Duration.ZERO)).isFalse();
    }
}
