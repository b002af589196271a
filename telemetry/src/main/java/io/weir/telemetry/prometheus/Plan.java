package io.weir.telemetry.prometheus;

import io.weir.telemetry.model.Coverage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Between which scrapes a window lies, and whether all that happened in it was told between them. The window ends when all sidecars
 * have told. It begins, for each aggregator, with the last scrape before its start: so it may begin early by as much as scrapes
 * are apart, and holds nothing less. That an aggregator began anew within the window, that it was not scraped, or that a sidecar's
 * counts were lost, is known from what it told of itself; then there is no window.
 */
final class Plan {

    /** An aggregator that was scraped no longer ago than this is there. */
    static final Duration FRESH = Duration.ofSeconds(60);

    /** How late a sidecar may be, as in memory: three pushes. */
    private static final Duration LATE = Duration.ofSeconds(15);

    /** Totals are read a moment after the clock. */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    /** How early a window may begin, at most; of a long one a twentieth. */
    private static final Duration EARLY = Duration.ofSeconds(60);

    private static final int EARLY_PART = 20;

    private static final Comparator<Seen> ORDER = Comparator.comparing(Seen::scraped)
            .thenComparing(seen -> seen.target().toString());

    private final Instant now;
    private final Duration window;
    private final List<Seen> recent;

    /** The last scrape of each aggregator that is there; of several that scrape it, of each. */
    private final Map<String, List<Seen>> last;

    private final Instant end;

    /**
     * With an end.
     *
     * @param now by our own clock: until when it is asked
     * @param recent what was scraped during the last {@link #FRESH} at least
     * @param targets where that was looked for
     * @throws Unanswered if not every aggregator has told
     */
    Plan(Instant now, Duration window, List<Seen> recent, TargetSelector targets) throws Unanswered {
        this.now = now;
        this.window = window;
        this.recent = List.copyOf(recent);
        this.last = last();
        Instant told = null;
        for (List<Seen> each : last.values()) {
            Instant its = told(each.getLast().coverage());
            told = told == null || its.isBefore(told) ? its : told;
        }
        if (told == null) {
            throw Unanswered.because("Prometheus has scraped no /metrics/edges with dialect weir for "
                    + FRESH.toSeconds() + " s"
                    + (targets.matchers().isEmpty() ? "" : " at a target with " + targets));
        }
        this.end = told;
    }

    /** At each target the latest: one before it has ended. */
    private Map<String, List<Seen>> last() {
        Map<SortedMap<String, String>, Seen> byTarget = new HashMap<>();
        recent.stream().sorted(ORDER).filter(this::fresh).forEach(seen -> byTarget.put(seen.target(), seen));
        Map<String, List<Seen>> byAggregator = new TreeMap<>();
        byTarget.values().stream()
                .sorted(ORDER)
                .forEach(seen -> byAggregator
                        .computeIfAbsent(seen.coverage().aggregator(), _ -> new ArrayList<>())
                        .add(seen));
        return byAggregator;
    }

    private boolean fresh(Seen seen) {
        return seen.coverage().now().isAfter(now.minus(FRESH));
    }

    private static Instant told(Coverage coverage) throws Unanswered {
        Instant told = coverage.told();
        if (told == null || told.isBefore(coverage.now().minus(LATE))) {
            throw Unanswered.because("a sidecar is late");
        }
        return told;
    }

    Instant end() {
        return end;
    }

    Instant start() {
        return end.minus(window);
    }

    /** How long before its start a window's first scrape may be. */
    Duration early() {
        Duration part = window.dividedBy(EARLY_PART);
        return part.compareTo(EARLY) > 0 ? part : EARLY;
    }

    /**
     * An aggregator as it was last scraped.
     *
     * @param clock what it told
     * @param down whether it should be scraped now, and can't be
     */
    record Last(String aggregator, SortedMap<String, String> target, Instant clock, boolean down) {}

    /**
     * That no aggregator counted within the window which is no longer scraped.
     *
     * @param ever all that were scraped since some minutes before the window, and all that are down
     * @throws Unanswered if one did
     */
    void allScraped(List<Last> ever) throws Unanswered {
        for (Last each : ever) {
            Instant until = countedUntil(each);
            if (!last.containsKey(each.aggregator()) && until.isAfter(start())) {
                throw Unanswered.because(
                        "an aggregator was last scraped "
                                + Duration.between(each.clock(), now).toSeconds()
                                + " s ago: what it counted since then is not known",
                        Duration.between(start(), until));
            }
        }
    }

    /** It may have counted on for as long as it could be missed, unless another has taken its place. */
    private Instant countedUntil(Last gone) {
        if (gone.down()) {
            return now;
        }
        return last.values().stream()
                .flatMap(List::stream)
                .filter(seen -> seen.target().equals(gone.target()))
                .map(seen -> seen.coverage().started())
                .filter(started -> started.isAfter(gone.clock()))
                .min(Comparator.naturalOrder())
                .orElse(gone.clock().plus(FRESH));
    }

    /**
     * A stretch for each aggregator.
     *
     * @param before what was scraped around the window's start
     * @throws Unanswered if not all is known of one
     */
    List<Stretch> stretches(List<Seen> before) throws Unanswered {
        List<Stretch> stretches = new ArrayList<>();
        for (List<Seen> targets : last.values()) {
            stretches.add(stretch(targets, before));
        }
        return stretches;
    }

    /** By any of those who scrape the same one: which is all the same. */
    private Stretch stretch(List<Seen> targets, List<Seen> before) throws Unanswered {
        Unanswered why = null;
        for (Seen seen : targets) {
            try {
                return stretch(seen, base(seen, before));
            } catch (Unanswered e) {
                why = e;
            }
        }
        throw why == null ? Unanswered.because("no aggregator was scraped") : why;
    }

    private static boolean same(Seen one, Seen other) {
        return one.target().equals(other.target())
                && one.coverage().aggregator().equals(other.coverage().aggregator());
    }

    private @Nullable Seen base(Seen seen, List<Seen> before) {
        return before.stream()
                .filter(one ->
                        same(one, seen) && !one.coverage().now().plus(MOMENT).isAfter(start()))
                .max(Comparator.comparing(Seen::scraped))
                .orElse(null);
    }

    /** The first scrape at which all was told until the end: later ones have more. */
    private Seen after(Seen seen) {
        return recent.stream()
                .filter(one -> {
                    Instant told = one.coverage().told();
                    return same(one, seen) && told != null && !told.isBefore(end);
                })
                .min(Comparator.comparing(Seen::scraped))
                .orElse(seen);
    }

    private Stretch stretch(Seen seen, @Nullable Seen base) throws Unanswered {
        Coverage coverage = seen.coverage();
        Instant lost = coverage.lost();
        if (lost != null && lost.isAfter(start())) {
            throw Unanswered.because(
                    "not all is known of what happened until "
                            + Duration.between(lost, now).toSeconds() + " s ago",
                    Duration.between(start(), lost));
        }
        Seen after = after(seen);
        if (base == null && coverage.started().isAfter(start())) {
            Duration since =
                    Duration.between(coverage.started(), after.coverage().now());
            return new Stretch(seen.target(), null, after.scraped(), since);
        }
        if (base == null || base.coverage().now().plus(early()).isBefore(start())) {
            throw Unanswered.because("Prometheus did not scrape an aggregator when the window began");
        }
        boolean inSilence =
                base.coverage().toldByAll().isBefore(base.coverage().now().minus(LATE));
        if (inSilence && coverage.silences() > base.coverage().silences()) {
            throw Unanswered.because("the window begins while a sidecar was silent");
        }
        return new Stretch(
                seen.target(), base.scraped(), after.scraped(), Duration.between(base.scraped(), after.scraped()));
    }
}
