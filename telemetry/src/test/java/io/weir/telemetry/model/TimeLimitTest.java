package io.weir.telemetry.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimeLimitTest {

    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final Readings.Answer ANSWER =
            new Readings.Answer.Complete(Instant.EPOCH, Instant.EPOCH.plus(WINDOW), Map.of());

    private final CountDownLatch interrupted = new CountDownLatch(1);

    /** @param never whether it never answers */
    private record Waiting(boolean never, CountDownLatch interrupted) implements Readings {
        @Override
        public Answer window(Duration window) {
            if (window.isNegative()) {
                throw new IllegalArgumentException("no such window");
            }
            while (never) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    return ANSWER;
                }
            }
            return ANSWER;
        }

        @Override
        public Map<Edge, Traffic> totals() {
            return Map.of();
        }
    }

    @Test
    void an_answer_in_time_is_the_answer() {
        assertThat(new TimeLimit(new Waiting(false, interrupted), Duration.ofMinutes(1)).window(WINDOW))
                .isSameAs(ANSWER);
    }

    @Test
    void who_takes_too_long_is_interrupted() throws InterruptedException {
        Duration limit = Duration.ofMillis(50);
        assertThat(new TimeLimit(new Waiting(true, interrupted), limit).window(WINDOW))
                .isEqualTo(new Readings.Answer.TimedOut(limit));
        assertThat(interrupted.await(1, TimeUnit.MINUTES)).isTrue();
    }

    /** Goes on when interrupted. */
    private record Stubborn(AtomicInteger begun, CountDownLatch end) implements Readings {
        @Override
        public Answer window(Duration window) {
            begun.incrementAndGet();
            boolean over = false;
            while (!over) {
                try {
                    end.await();
                    over = true;
                } catch (InterruptedException _) {
                    over = false;
                }
            }
            return ANSWER;
        }

        @Override
        public Map<Edge, Traffic> totals() {
            return Map.of();
        }
    }

    @Test
    void no_more_are_looked_up_at_once_than_there_are_turns_for() {
        Stubborn readings = new Stubborn(new AtomicInteger(), new CountDownLatch(1));
        Duration limit = Duration.ofMillis(50);
        TimeLimit limited = new TimeLimit(readings, limit);
        for (int i = 0; i < TimeLimit.MOST_AT_ONCE; i++) {
            assertThat(limited.window(WINDOW)).isEqualTo(new Readings.Answer.TimedOut(limit));
        }
        await().untilAtomic(readings.begun, equalTo(TimeLimit.MOST_AT_ONCE));
        assertThat(limited.window(WINDOW)).isEqualTo(new Readings.Answer.TimedOut(limit));
        assertThat(readings.begun).hasValue(TimeLimit.MOST_AT_ONCE);
        readings.end.countDown();
        await().untilAsserted(() -> assertThat(limited.window(WINDOW)).isSameAs(ANSWER));
    }

    @Test
    void what_is_wrong_with_the_question_is_said_as_without_a_limit() {
        TimeLimit limited = new TimeLimit(new Waiting(false, interrupted), Duration.ofMinutes(1));
        assertThatThrownBy(() -> limited.window(WINDOW.negated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such window");
    }
}
