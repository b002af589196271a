package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.prometheus.Plan.Last;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Times are seconds, from noon on; it is 600 now, and windows have 60. Sidecars have told until 2 s before each scrape. */
class PlanTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final SortedMap<String, String> HERE = target("10.0.0.1:15014");
    private static final SortedMap<String, String> THERE = target("10.0.0.2:15014");

    private static SortedMap<String, String> target(String instance) {
        return new TreeMap<>(Map.of("job", "weir", "instance", instance));
    }

    private static Instant at(long seconds) {
        return NOON.plusSeconds(seconds);
    }

    private static Coverage coverage(String aggregator, long now, long started, @Nullable Instant lost, long silences) {
        return new Coverage(aggregator, at(now), at(started), at(now - 2), at(now - 2), lost, silences);
    }

    private static Seen seen(SortedMap<String, String> target, String aggregator, long now, long started) {
        return new Seen(target, at(now), coverage(aggregator, now, started, null, 0));
    }

    private static Plan plan(Seen... recent) throws Unanswered {
        return new Plan(at(600), WINDOW, List.of(recent), TargetSelector.EVERY);
    }

    private static Answer.Incomplete refusal(ThrowingCallable what) {
        Answer[] answer = new Answer[1];
        assertThatThrownBy(what).isInstanceOfSatisfying(Unanswered.class, e -> answer[0] = e.answer());
        return (Answer.Incomplete) answer[0];
    }

    @Test
    void a_window_ends_when_all_have_told_and_begins_with_the_last_scrape_before_it_for_each() throws Unanswered {
        Plan plan = plan(
                seen(HERE, "a", 580, 0), seen(HERE, "a", 595, 0), seen(THERE, "b", 573, 0), seen(THERE, "b", 588, 0));
        assertThat(plan.end()).isEqualTo(at(586));
        assertThat(plan.start()).isEqualTo(at(526));

        List<Stretch> stretches = plan.stretches(List.of(
                seen(HERE, "a", 505, 0),
                seen(HERE, "a", 520, 0),
                seen(HERE, "a", 535, 0),
                seen(THERE, "b", 510, 0),
                seen(THERE, "b", 525, 0),
                seen(THERE, "b", 526, 0)));

        assertThat(stretches)
                .containsExactly(
                        new Stretch(HERE, at(520), at(595), Duration.ofSeconds(75)),
                        new Stretch(THERE, at(525), at(588), Duration.ofSeconds(63)));
    }

    @Test
    void later_scrapes_than_the_first_that_has_all_until_the_end_have_too_much() throws Unanswered {
        Plan plan = plan(
                seen(HERE, "a", 585, 0), seen(HERE, "a", 590, 0), seen(HERE, "a", 595, 0), seen(THERE, "b", 588, 0));
        assertThat(plan.stretches(List.of(seen(HERE, "a", 520, 0), seen(THERE, "b", 520, 0))))
                .extracting(Stretch::after)
                .containsExactly(at(590), at(588));
    }

    @Test
    void the_same_aggregator_scraped_twice_is_one() throws Unanswered {
        Plan plan = plan(seen(HERE, "a", 590, 0), seen(THERE, "a", 592, 0));
        assertThat(plan.stretches(List.of(seen(HERE, "a", 520, 0), seen(THERE, "a", 521, 0))))
                .hasSize(1);
        assertThat(plan.stretches(List.of(seen(THERE, "a", 521, 0))))
                .as("one of them alone knows enough")
                .containsExactly(new Stretch(THERE, at(521), at(592), Duration.ofSeconds(71)));
    }

    @Test
    void one_that_began_within_the_window_counts_from_zero() throws Unanswered {
        Plan plan = plan(seen(HERE, "a", 590, 550));
        assertThat(plan.stretches(List.of())).containsExactly(new Stretch(HERE, null, at(590), Duration.ofSeconds(40)));
    }

    @Test
    void one_that_began_before_and_was_not_scraped_then_has_no_beginning() throws Unanswered {
        Plan plan = plan(seen(HERE, "a", 590, 500));
        assertThat(refusal(() -> plan.stretches(List.of(seen(HERE, "a", 540, 500))))
                        .reason())
                .isEqualTo("Prometheus did not scrape an aggregator when the window began");
        assertThat(refusal(() -> plan.stretches(List.of(seen(HERE, "a", 460, 500))))
                        .reason())
                .as("a minute and more before")
                .isEqualTo("Prometheus did not scrape an aggregator when the window began");
        assertThat(plan.stretches(List.of(seen(HERE, "a", 470, 500)))).hasSize(1);
    }

    @Test
    void what_was_lost_is_missing_until_the_window_begins_after_it() throws Unanswered {
        Seen seen = new Seen(HERE, at(590), coverage("a", 590, 0, at(558), 0));
        Plan plan = plan(seen);
        Answer.Incomplete refusal = refusal(() -> plan.stretches(List.of(seen(HERE, "a", 520, 0))));
        assertThat(refusal.reason()).isEqualTo("not all is known of what happened until 42 s ago");
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(30));
        Plan later = plan(new Seen(HERE, at(590), coverage("a", 590, 0, at(528), 0)));
        assertThat(later.stretches(List.of(seen(HERE, "a", 520, 0)))).hasSize(1);
    }

    @Test
    void a_window_can_not_begin_in_a_silence_that_was_told_of_afterwards() throws Unanswered {
        Seen silent = new Seen(HERE, at(520), new Coverage("a", at(520), at(0), at(518), at(480), null, 3));
        assertThat(plan(new Seen(HERE, at(590), coverage("a", 590, 0, null, 3))).stretches(List.of(silent)))
                .as("who is silent still")
                .hasSize(1);
        Plan back = plan(new Seen(HERE, at(590), coverage("a", 590, 0, null, 4)));
        assertThat(refusal(() -> back.stretches(List.of(silent))).reason())
                .isEqualTo("the window begins while a sidecar was silent");
    }

    @Test
    void nothing_is_known_while_a_sidecar_is_late_or_nobody_is_scraped() {
        Seen late = new Seen(HERE, at(590), new Coverage("a", at(590), at(0), null, at(560), null, 0));
        assertThat(refusal(() -> plan(late)).reason()).isEqualTo("a sidecar is late");
        assertThat(refusal(() -> plan(seen(HERE, "a", 540, 0))).reason()).contains("scraped no /metrics/edges");
        assertThat(refusal(PlanTest::plan).reason())
                .isEqualTo("Prometheus has scraped no /metrics/edges with dialect weir for 60 s");
        assertThat(refusal(() -> new Plan(at(600), WINDOW, List.of(), TargetSelector.parse("{job=\"weir\"}")))
                        .reason())
                .as("where that was looked for, if it was not everywhere")
                .isEqualTo(
                        "Prometheus has scraped no /metrics/edges with dialect weir for 60 s at a target with job=\"weir\"");
    }

    @Test
    void one_that_is_no_longer_scraped_may_have_counted_in_the_window() throws Unanswered {
        Plan plan = plan(seen(HERE, "a", 590, 0));
        Answer.Incomplete refusal = refusal(() -> plan.allScraped(List.of(new Last("gone", THERE, at(500), false))));
        assertThat(refusal.reason())
                .isEqualTo("an aggregator was last scraped 100 s ago: what it counted since then is not known");
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(32));
        plan.allScraped(List.of(new Last("a", HERE, at(590), false), new Last("gone", THERE, at(460), false)));
        assertThat(refusal(() -> plan.allScraped(List.of(new Last("gone", THERE, at(60), true)))))
                .as("it is there still, and can't be scraped")
                .extracting(Answer.Incomplete::reason)
                .asString()
                .contains("last scraped 540 s ago");
    }

    @Test
    void one_whose_place_another_has_taken_counted_until_then() throws Unanswered {
        Plan plan = plan(seen(HERE, "old", 560, 0), seen(HERE, "new", 590, 570));
        assertThat(plan.end()).isEqualTo(at(588));
        assertThat(refusal(() -> plan.allScraped(List.of(new Last("old", HERE, at(560), false))))
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(42));
        Plan later = plan(seen(HERE, "new", 590, 527));
        later.allScraped(List.of(new Last("old", HERE, at(500), false)));
    }
}
