package io.weir.telemetry.prometheus;

import io.weir.telemetry.dialect.WeirNames;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Scope;
import io.weir.telemetry.prometheus.Growth.Counter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a Prometheus is asked, in PromQL: each query is held to the targets that are believed.
 *
 * @param targets in every selector of every query
 */
record Queries(TargetSelector targets) {

    /** Shorter than any time between two scrapes. */
    private static final Duration MOMENT = Duration.ofMillis(100);

    /** For how long one that is down is remembered. */
    private static final Duration A_DAY = Duration.ofDays(1);

    /** What aggregators told of themselves, each time they were scraped. */
    String coverage(Duration range) {
        return PromQl.selector(Seen.NAMES, targets) + PromQl.range(range);
    }

    /** The time of each aggregator that was scraped. */
    String clocks(Duration range) {
        return "last_over_time(" + PromQl.selector(WeirNames.CLOCK, Map.of(), targets) + PromQl.range(range) + ")";
    }

    /** The last that was seen of those that are there and can't be scraped. */
    String clocksOfThoseDown() {
        return clocks(A_DAY) + " and on (job, instance) (" + PromQl.selector("up", Map.of(), targets) + " == 0)";
    }

    /** What a scrape told. Counters that are zero are left out. */
    String at(Counter counter, Map<String, String> target, Scope scope) {
        return last(counter, target, scope, MOMENT);
    }

    /** What was told last within a time: also of an edge of which it is told no more. Counters that are zero are left out. */
    String last(Counter counter, Map<String, String> target, Scope scope, Duration range) {
        return scope.reporters().stream()
                .sorted()
                .map(reporter -> PromQl.selector(counter.metric(), labels(reporter, target, scope), targets))
                .map(selector -> "last_over_time(" + selector + PromQl.range(range) + ") > 0")
                .collect(Collectors.joining(" or "));
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
}
