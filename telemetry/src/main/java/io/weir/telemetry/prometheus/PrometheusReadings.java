package io.weir.telemetry.prometheus;

import io.weir.telemetry.dialect.WeirNames;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Scope;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.prometheus.Growth.Counter;
import io.weir.telemetry.prometheus.Plan.Last;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Windows from what a Prometheus scraped; totals as the aggregator has them. Counts are differences of what was scraped, without
 * {@code increase}, which would multiply them by a guess. Blocks while Prometheus is asked.
 */
public final class PrometheusReadings implements Readings, AutoCloseable {

    /** Room for clocks that differ a little. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    /** Shorter than any time between two scrapes. */
    private static final Duration MOMENT = Duration.ofMillis(100);

    /** For how long one that is down is remembered. */
    private static final Duration A_DAY = Duration.ofDays(1);

    private final Readings own;
    private final InstantSource clock;
    private final PrometheusSettings settings;
    private final PrometheusClient client;

    /**
     * Asks nothing yet.
     *
     * @param own has the totals
     * @throws IOException if the certificates that the settings name can't be read
     */
    public PrometheusReadings(Readings own, InstantSource clock, PrometheusSettings settings) throws IOException {
        this(own, clock, settings, new PrometheusClient(settings));
    }

    private PrometheusReadings(
            Readings own, InstantSource clock, PrometheusSettings settings, PrometheusClient client) {
        this.own = own;
        this.clock = clock;
        this.settings = settings;
        this.client = client;
    }

    /**
     * Puts a Prometheus in the place of an aggregator's own windows, for as long as the program runs.
     *
     * @throws IOException if the certificates that the settings name can't be read
     */
    public static UnaryOperator<Readings> inPlaceOfMemory(InstantSource clock, PrometheusSettings settings)
            throws IOException {
        PrometheusClient client = new PrometheusClient(settings);
        return own -> new PrometheusReadings(own, clock, settings, client);
    }

    @Override
    public Answer window(Duration window) {
        return window(window, Scope.EVERYTHING);
    }

    @Override
    public Answer window(Duration window, Scope scope) {
        try {
            return read(window, scope, System.nanoTime() + settings.patience().toNanos());
        } catch (Unanswered e) {
            return e.answer();
        } catch (IllegalArgumentException e) {
            return Unanswered.because("Prometheus has series of another version: " + e.getMessage())
                    .answer();
        }
    }

    private Answer read(Duration window, Scope scope, long deadline) throws Unanswered {
        Instant now = clock.instant();
        Plan plan = new Plan(
                now, window, Seen.of(client.query(Seen.ALL + PromQl.range(Plan.FRESH.plus(SKEW)), now, deadline)));
        plan.allScraped(ever(window, now, deadline));
        Duration around = plan.early().plus(SKEW).plus(SKEW);
        List<Stretch> stretches = plan.stretches(Seen.of(
                client.query(Seen.ALL + PromQl.range(around), plan.start().plus(SKEW), deadline)));
        Growth growth = new Growth();
        for (Stretch stretch : stretches) {
            for (Counter counter : Counter.values()) {
                growth.add(
                        counter,
                        stretch.before() == null
                                ? List.of()
                                : values(counter, stretch, scope, stretch.before(), MOMENT, deadline),
                        values(counter, stretch, scope, stretch.after(), stretch.length(), deadline));
            }
        }
        Map<Edge, Traffic> edges = growth.edges();
        return new Answer.Complete(plan.end().minus(longest(stretches, window)), plan.end(), edges);
    }

    /** In how much time things were counted that are told: scrapes are a little more than the window apart. */
    private static Duration longest(List<Stretch> stretches, Duration window) {
        return stretches.stream()
                .map(stretch -> stretch.before() == null ? window : stretch.length())
                .max(Comparator.naturalOrder())
                .orElse(window);
    }

    /** Those that were scraped in the window or not long before, and those that are there and can't be scraped. */
    private List<Last> ever(Duration window, Instant now, long deadline) throws Unanswered {
        Duration range = window.plus(Plan.FRESH).plus(Plan.FRESH).plus(SKEW);
        List<Last> ever = new ArrayList<>(last(clocks(range), false, now, deadline));
        ever.addAll(last(clocks(A_DAY) + " and on (job, instance) (up == 0)", true, now, deadline));
        return ever;
    }

    private static String clocks(Duration range) {
        return "last_over_time(" + WeirNames.CLOCK + PromQl.range(range) + ")";
    }

    private List<Last> last(String query, boolean down, Instant now, long deadline) throws Unanswered {
        return client.query(query, now, deadline).stream()
                .map(each -> new Last(
                        each.labels().getOrDefault(WeirNames.AGGREGATOR, ""),
                        each.labelsWithout(Map.of(WeirNames.AGGREGATOR, "")),
                        Instant.ofEpochMilli(Math.round(each.value() * 1000)),
                        down))
                .toList();
    }

    /** The last value within a time of each series that is not zero: also of an edge of which it is told no more. */
    private List<Found> values(Counter counter, Stretch stretch, Scope scope, Instant at, Duration range, long deadline)
            throws Unanswered {
        String query = selectors(counter, stretch.target(), scope).stream()
                .map(selector -> "last_over_time(" + selector + PromQl.range(range) + ") > 0")
                .collect(Collectors.joining(" or "));
        return client.query(query, at, deadline).stream()
                .map(found -> new Found(found.labelsWithout(stretch.target()), found.points()))
                .toList();
    }

    private static List<String> selectors(Counter counter, Map<String, String> target, Scope scope) {
        return scope.reporters().stream()
                .sorted()
                .map(reporter -> PromQl.selector(counter.metric(), labels(reporter, target, scope)))
                .toList();
    }

    private static Map<String, String> labels(Reporter reporter, Map<String, String> target, Scope scope) {
        Map<String, String> labels = new TreeMap<>(target);
        String self = reporter == Reporter.SOURCE ? WeirNames.SOURCE : WeirNames.DESTINATION;
        labels.put(WeirNames.REPORTER, reporter.name().toLowerCase(Locale.ROOT));
        if (scope.namespace() != null) {
            labels.put(self + WeirNames.NAMESPACE, scope.namespace());
        }
        if (scope.node() != null) {
            labels.put(self + WeirNames.NODE, scope.node());
        }
        if (scope.called() != null) {
            labels.put(
                    WeirNames.DESTINATION + WeirNames.NAMESPACE, scope.called().namespace());
            labels.put(WeirNames.DESTINATION_SERVICE, scope.called().name());
        }
        return labels;
    }

    @Override
    public Map<Edge, Traffic> totals() {
        return own.totals();
    }

    @Override
    public void close() {
        client.close();
    }
}
