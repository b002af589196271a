package io.weir.telemetry.ingest;

import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar said at one moment.
 *
 * @param taken by the sidecar's clock
 * @param uptime of its Envoy, in whole seconds; null if it wasn't said
 * @param counters all that are not zero
 * @param histograms of the time since the push before, whether that arrived or not
 */
public record Push(Instant taken, @Nullable Duration uptime, List<Counter> counters, List<Histogram> histograms) {

    public Push {
        counters = List.copyOf(counters);
        histograms = List.copyOf(histograms);
    }

    /** What is counted. */
    public enum Kind {
        REQUESTS,
        /** Requests that passed and that deny mode would have refused. */
        WOULD_BE_DENIED,
        CONNECTIONS,
        SENT_BYTES,
        RECEIVED_BYTES
    }

    /** A counter since the Envoy's start, or since it was last let go for want of use. */
    public record Counter(Id id, long value) {

        /**
         * Which one it is.
         *
         * @param outcome of {@link Kind#REQUESTS}; null for others
         */
        public record Id(Series series, Kind kind, @Nullable Outcome outcome) {}
    }

    /** Durations of requests; Envoy estimates their sum from its own, finer buckets. */
    public record Histogram(Series series, Latencies latencies) {}
}
