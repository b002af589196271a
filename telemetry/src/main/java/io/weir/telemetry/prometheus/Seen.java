package io.weir.telemetry.prometheus;

import io.weir.telemetry.dialect.WeirNames;
import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.prometheus.Found.Point;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an aggregator told of itself when it was scraped.
 *
 * @param target labels that Prometheus gave to all that it scraped there
 * @param scraped by Prometheus' clock, which is the time of all series of that scrape
 */
record Seen(SortedMap<String, String> target, Instant scraped, Coverage coverage) {

    static final String SILENCES = WeirNames.SILENCES + WeirNames.TOTAL;

    /** What all of these metrics are called, and no others: a regex. */
    static final String NAMES =
            "weir_aggregator_(clock|start_time|told_time|told_by_all_time|lost_time)_seconds|" + SILENCES;

    private static final Map<String, String> OWN = Map.of(WeirNames.AGGREGATOR, "");

    private record Scrape(SortedMap<String, String> target, String aggregator, Instant time) {}

    /** Of each scrape that is there as a whole, in the order of time. */
    static List<Seen> of(List<Found> series) {
        Map<Scrape, Map<String, Double>> scrapes = new HashMap<>();
        for (Found each : series) {
            SortedMap<String, String> target = each.labelsWithout(OWN);
            String aggregator = each.labels().getOrDefault(WeirNames.AGGREGATOR, "");
            String metric = each.labels().getOrDefault("__name__", "");
            for (Point point : each.points()) {
                scrapes.computeIfAbsent(new Scrape(target, aggregator, point.time()), _ -> new TreeMap<>())
                        .put(metric, point.value());
            }
        }
        List<Seen> seen = new ArrayList<>();
        scrapes.forEach((scrape, values) -> {
            Coverage coverage = coverage(scrape.aggregator, values);
            if (coverage != null) {
                seen.add(new Seen(scrape.target, scrape.time, coverage));
            }
        });
        seen.sort((one, other) -> one.scraped.compareTo(other.scraped));
        return seen;
    }

    private static @Nullable Coverage coverage(String aggregator, Map<String, Double> values) {
        Instant now = time(values.get(WeirNames.CLOCK));
        Instant started = time(values.get(WeirNames.STARTED));
        Instant toldByAll = time(values.get(WeirNames.TOLD_BY_ALL));
        Double silences = values.get(SILENCES);
        if (now == null
                || started == null
                || toldByAll == null
                || silences == null
                || !values.containsKey(WeirNames.TOLD)
                || !values.containsKey(WeirNames.LOST)) {
            return null;
        }
        return new Coverage(
                aggregator,
                now,
                started,
                time(values.get(WeirNames.TOLD)),
                toldByAll,
                time(values.get(WeirNames.LOST)),
                Math.round(silences));
    }

    /** Null if there is none, or if it is told as 0. */
    private static @Nullable Instant time(@Nullable Double seconds) {
        return seconds == null || seconds == 0 ? null : Instant.ofEpochMilli(Math.round(seconds * 1000));
    }
}
