package io.weir.telemetry.api;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** The parameters of a request for metrics. */
sealed interface Query {

    Duration DEFAULT = Duration.ofSeconds(30);
    Duration SHORTEST = Duration.ofSeconds(1);
    Duration LONGEST = Duration.ofHours(24);

    /** @param selector of what is listed; it never changes what is counted */
    record Valid(Duration window, Selector selector) implements Query {}

    record Rejected(String reason) implements Query {}

    static Query of(Map<String, String> parameters) {
        if (Set.of("true", "1").contains(parameters.getOrDefault("watch", ""))) {
            return new Rejected("watch is not supported");
        }
        for (String unsupported : Set.of("continue", "fieldSelector")) {
            if (!parameters.getOrDefault(unsupported, "").isEmpty()) {
                return new Rejected(unsupported + " is not supported");
            }
        }
        String written = parameters.get("t");
        Duration window = written == null ? DEFAULT : GoDuration.parse(written);
        if (window == null || window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0) {
            return new Rejected("t must be a duration from 1s to 24h, as 30s or 1h30m; it is '" + written + "'");
        }
        return switch (SelectorParser.parse(parameters.getOrDefault("labelSelector", ""))) {
            case Selector selector -> new Valid(window, selector);
            case SelectorParser.Rejected rejected -> new Rejected(rejected.reason());
        };
    }
}
