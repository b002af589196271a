package io.weir.telemetry.prometheus;

import static org.awaitility.Awaitility.await;

import io.weir.telemetry.dialect.WeirNames;
import io.weir.testing.prometheus.RunningPrometheus;
import io.weir.testing.prometheus.RunningPrometheus.Sample;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time at which a test asks: a moment up to which Prometheus has stored all that it scraped, so that the same is asked however busy
 * the machine is. Every page tells all until it is scraped, as {@link ScrapedPage} does.
 */
final class ScrapedTime implements InstantSource {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A scrape is the last before a window's start if it is that much earlier. */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final RunningPrometheus prometheus;
    private final String clock;
    private final int targets;
    private Instant now = Instant.EPOCH;
    private Instant told = Instant.EPOCH;

    /**
     * Of some targets.
     *
     * @param matchers of their labels; empty for all
     * @param targets how many there are
     */
    ScrapedTime(RunningPrometheus prometheus, String matchers, int targets) {
        this.prometheus = prometheus;
        this.clock = WeirNames.CLOCK + "{" + matchers + "}";
        this.targets = targets;
    }

    /** Goes on to when all that was there until now had been told. */
    void goOn() {
        Instant present = Instant.now();
        await("scrapes").atMost(PATIENCE).until(() -> scrapedUntil(present));
    }

    private boolean scrapedUntil(Instant moment) {
        Instant stored = only(prometheus.query(ofAll("min(timestamp(%s))")));
        if (stored == null) {
            return false;
        }
        Instant first = only(prometheus.query(ofAll("min(%s)"), stored));
        // Of those that scrape the same page the last has all.
        Instant all = only(prometheus.query(ofAll("min(max by (aggregator) (%s))"), stored));
        if (first == null || all == null || first.isBefore(moment)) {
            return false;
        }
        now = stored;
        told = all;
        return true;
    }

    /** Nothing while a target is missing. */
    private String ofAll(String query) {
        return query.formatted(clock) + " and on () count(" + clock + ") == " + targets;
    }

    private static @Nullable Instant only(List<Sample> answer) {
        return answer.isEmpty() ? null : instant(answer.getFirst());
    }

    private static Instant instant(Sample seconds) {
        return Instant.ofEpochMilli(Math.round(seconds.value() * 1000));
    }

    /** When a window can begin that has nothing of what was told until now, and all that is told from now on. */
    Instant start() {
        goOn();
        Instant start =
                instant(prometheus.query("max(" + clock + ")").getFirst()).plus(MOMENT);
        await("the start is over").atMost(PATIENCE).until(() -> scrapedUntil(start));
        return start;
    }

    /** From then until all has told. */
    Duration since(Instant start) {
        return Duration.between(start, told);
    }

    /** Goes to any time, as if it were then. */
    void at(Instant moment) {
        now = moment;
    }

    @Override
    public Instant instant() {
        return now;
    }
}
