package io.weir.telemetry.prometheus;

import io.weir.telemetry.dialect.WeirNames;
import io.weir.telemetry.model.Edge;
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
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Windows from what a Prometheus scraped; totals as the aggregator has them. Counts are differences of what was scraped, without
 * {@code increase}, which would multiply them by a guess. Blocks while Prometheus is asked.
 */
public final class PrometheusReadings implements Readings, AutoCloseable {

    /** Room for clocks that differ a little. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private final Readings own;
    private final InstantSource clock;
    private final PrometheusSettings settings;
    private final Queries queries;
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
        this.queries = new Queries(settings.targets());
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
        // As if it were asked then: nothing that was scraped later is there.
        Instant now = clock.instant().minus(settings.delay());
        Plan plan = new Plan(
                now,
                window,
                Seen.of(client.query(queries.coverage(Plan.FRESH.plus(SKEW)), now, deadline)),
                settings.targets());
        plan.allScraped(ever(window, now, deadline));
        Duration around = plan.early().plus(SKEW).plus(SKEW);
        List<Stretch> stretches = plan.stretches(
                Seen.of(client.query(queries.coverage(around), plan.start().plus(SKEW), deadline)));
        Growth growth = new Growth();
        for (Stretch stretch : stretches) {
            for (Counter counter : Counter.values()) {
                growth.add(
                        counter, before(counter, stretch, scope, deadline), after(counter, stretch, scope, deadline));
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
        List<Last> ever = new ArrayList<>(last(queries.clocks(range), false, now, deadline));
        ever.addAll(last(queries.clocksOfThoseDown(), true, now, deadline));
        return ever;
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

    private List<Found> before(Counter counter, Stretch stretch, Scope scope, long deadline) throws Unanswered {
        Instant before = stretch.before();
        return before == null
                ? List.of()
                : values(queries.at(counter, stretch.target(), scope), before, stretch, deadline);
    }

    private List<Found> after(Counter counter, Stretch stretch, Scope scope, long deadline) throws Unanswered {
        String query = queries.last(counter, stretch.target(), scope, stretch.length());
        return values(query, stretch.after(), stretch, deadline);
    }

    private List<Found> values(String query, Instant at, Stretch stretch, long deadline) throws Unanswered {
        return client.query(query, at, deadline).stream()
                .map(found -> new Found(found.labelsWithout(stretch.target()), found.points()))
                .toList();
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
