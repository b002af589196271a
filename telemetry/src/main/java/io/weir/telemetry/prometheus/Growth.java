package io.weir.telemetry.prometheus;

import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.dialect.WeirNames;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Traffic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** By how much counters of edges have grown, added up: one metric of one aggregator after the other. */
final class Growth {

    private static final int ABOVE = EdgeStats.LATENCY_BUCKETS_MS.size();

    private final Map<Edge, Sum> sums = new HashMap<>();

    /** What counters are read from: names as they are scraped. */
    enum Counter {
        REQUESTS(WeirNames.REQUESTS + WeirNames.TOTAL),
        WOULD_BE_DENIED(WeirNames.WOULD_BE_DENIED + WeirNames.TOTAL),
        BUCKETS(WeirNames.DURATION + "_bucket"),
        MILLISECONDS(WeirNames.DURATION + "_sum"),
        CONNECTIONS(WeirNames.CONNECTIONS + WeirNames.TOTAL),
        SENT(WeirNames.SENT + WeirNames.TOTAL),
        RECEIVED(WeirNames.RECEIVED + WeirNames.TOTAL);

        private final String metric;

        Counter(String metric) {
            this.metric = metric;
        }

        String metric() {
            return metric;
        }
    }

    private static final class Sum {
        private final TreeMap<Outcome, Long> requests = new TreeMap<>();
        private final long[] upTo = new long[ABOVE + 1];
        private long sumMicros;
        private long connections;
        private long sent;
        private long received;
        private long wouldBeDenied;

        Traffic traffic() {
            long[] counts = upTo.clone();
            for (int i = ABOVE; i > 0; i--) {
                counts[i] -= counts[i - 1];
            }
            return new Traffic(
                    requests, Latencies.ofMicros(counts, sumMicros), connections, sent, received, wouldBeDenied);
        }
    }

    /**
     * Adds a counter's growth between two scrapes of the same aggregator.
     *
     * @param before series that were not there, or zero, are left out; so they are at the end
     * @param after may hold one counter twice, with an old value beside the last: under the split of its service before and now
     * @throws IllegalArgumentException if they are another version's
     */
    void add(Counter counter, List<Found> before, List<Found> after) {
        Map<SortedMap<String, String>, Double> began = greatest(before);
        greatest(after).forEach((labels, is) -> {
            double was = began.getOrDefault(labels, 0.0);
            // One that fell began at zero in between.
            double more = is < was ? is : is - was;
            if (more > 0) {
                add(counter, labels, more);
            }
        });
    }

    /** By what names a counter, the greatest value, which is the latest: one aggregator's counters don't fall. */
    private static Map<SortedMap<String, String>, Double> greatest(List<Found> found) {
        Map<SortedMap<String, String>, Double> values = new HashMap<>();
        found.forEach(series -> values.merge(named(series), series.value(), Math::max));
        return values;
    }

    private static SortedMap<String, String> named(Found series) {
        SortedMap<String, String> labels = new TreeMap<>(series.labels());
        // Functions drop it in some stores and keep it in others.
        labels.remove("__name__");
        // Of the splits there are when it is scraped: the same counter goes on under another when one comes or goes.
        labels.remove(WeirNames.SPLIT);
        return labels;
    }

    private void add(Counter counter, Map<String, String> labels, double more) {
        Sum sum = sums.computeIfAbsent(EdgeLabels.edge(labels), _ -> new Sum());
        long whole = Math.round(more);
        switch (counter) {
            case REQUESTS -> sum.requests.merge(EdgeLabels.outcome(labels), whole, Long::sum);
            case WOULD_BE_DENIED -> sum.wouldBeDenied += whole;
            case BUCKETS -> sum.upTo[bucket(labels.getOrDefault(WeirNames.BUCKET, ""))] += whole;
            case MILLISECONDS -> sum.sumMicros += Math.round(more * 1_000);
            case CONNECTIONS -> sum.connections += whole;
            case SENT -> sum.sent += whole;
            case RECEIVED -> sum.received += whole;
        }
    }

    private static int bucket(String bound) {
        if (bound.equals("+Inf")) {
            return ABOVE;
        }
        double upper = Double.parseDouble(bound);
        int index = upper == Math.rint(upper) ? EdgeStats.LATENCY_BUCKETS_MS.indexOf((int) upper) : -1;
        if (index < 0) {
            throw new IllegalArgumentException("there is no bucket up to " + bound + " ms");
        }
        return index;
    }

    /** Edges over which something went. */
    Map<Edge, Traffic> edges() {
        Map<Edge, Traffic> edges = new HashMap<>();
        sums.forEach((edge, sum) -> edges.put(edge, sum.traffic()));
        return edges;
    }
}
