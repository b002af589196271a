package io.weir.telemetry.ingest;

import io.prometheus.client.Metrics.Bucket;
import io.prometheus.client.Metrics.LabelPair;
import io.prometheus.client.Metrics.Metric;
import io.prometheus.client.Metrics.MetricFamily;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.ingest.Push.Counter;
import io.weir.telemetry.ingest.Push.Histogram;
import io.weir.telemetry.ingest.Push.Kind;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Envoy's metric families. With {@code emit_tags_as_labels} each statistic is a family of its own with one metric, its
 * tags as labels; counters are cumulative and histograms are of one flush interval (seen with Envoy 1.40).
 */
final class PushReader {

    private static final String OURS = EdgeStats.PREFIX + ".";
    private static final String UPTIME = "server.uptime";
    private static final Map<String, Kind> KINDS = Map.of(
            EdgeStats.REQUESTS, Kind.REQUESTS,
            EdgeStats.WOULD_BE_DENIED, Kind.WOULD_BE_DENIED,
            EdgeStats.CONNECTIONS, Kind.CONNECTIONS,
            EdgeStats.SENT_BYTES, Kind.SENT_BYTES,
            EdgeStats.RECEIVED_BYTES, Kind.RECEIVED_BYTES);

    private final List<Counter> counters = new ArrayList<>();
    private final List<Histogram> histograms = new ArrayList<>();
    private @Nullable Duration uptime;
    private long takenMs;
    private long unreadable;

    /**
     * What a message says.
     *
     * @param push what could be read
     * @param unreadable how many of our statistics could not be
     */
    record Read(Push push, long unreadable) {}

    private PushReader() {}

    /** @param arrived for a message without a time of its own */
    static Read read(List<MetricFamily> families, Instant arrived) {
        PushReader reader = new PushReader();
        families.forEach(reader::family);
        Instant taken = reader.takenMs == 0 ? arrived : Instant.ofEpochMilli(reader.takenMs);
        return new Read(new Push(taken, reader.uptime, reader.counters, reader.histograms), reader.unreadable);
    }

    private void family(MetricFamily family) {
        String name = family.getName();
        if (name.equals(UPTIME) && family.getMetricCount() > 0) {
            Metric metric = family.getMetric(0);
            uptime = Duration.ofSeconds((long) metric.getGauge().getValue());
            takenMs = metric.getTimestampMs();
        } else if (name.startsWith(OURS)) {
            String what = name.substring(OURS.length());
            for (Metric metric : family.getMetricList()) {
                takenMs = metric.getTimestampMs();
                metric(what, metric);
            }
        }
    }

    private void metric(String what, Metric metric) {
        Map<String, String> tags = tags(metric);
        Series series = series(tags);
        Kind kind = KINDS.get(what);
        if (series != null && kind != null && metric.hasCounter()) {
            Outcome outcome = kind == Kind.REQUESTS ? outcome(tags) : null;
            counters.add(new Counter(
                    new Counter.Id(series, kind, outcome),
                    Math.max(0, Math.round(metric.getCounter().getValue()))));
        } else if (series != null && what.equals(EdgeStats.DURATION_MS) && metric.hasHistogram()) {
            histogram(series, metric);
        } else {
            unreadable++;
        }
    }

    private void histogram(Series series, Metric metric) {
        long all = metric.getHistogram().getSampleCount();
        if (all == 0) {
            return;
        }
        long[] counts = new long[EdgeStats.LATENCY_BUCKETS_MS.size() + 1];
        long below = 0;
        for (Bucket bucket : metric.getHistogram().getBucketList()) {
            // Bounds of an Envoy that was set up otherwise fall into the next of ours.
            long here = Math.max(0, bucket.getCumulativeCount() - below);
            counts[index(bucket.getUpperBound())] += here;
            below += here;
        }
        counts[counts.length - 1] += Math.max(0, all - below);
        histograms.add(new Histogram(
                series, new Latencies(counts, metric.getHistogram().getSampleSum())));
    }

    private static int index(double bound) {
        int index = 0;
        while (index < EdgeStats.LATENCY_BUCKETS_MS.size() && EdgeStats.LATENCY_BUCKETS_MS.get(index) < bound) {
            index++;
        }
        return index;
    }

    private static @Nullable Series series(Map<String, String> tags) {
        Reporter reporter = switch (tags.getOrDefault(EdgeStats.REPORTER, "")) {
            case "source" -> Reporter.SOURCE;
            case "destination" -> Reporter.DESTINATION;
            default -> null;
        };
        return reporter == null
                ? null
                : new Series(
                        reporter,
                        tags.getOrDefault(EdgeStats.SERVICE, ""),
                        tags.getOrDefault(EdgeStats.CLUSTER, ""),
                        tags.getOrDefault(EdgeStats.PORT, ""),
                        tags.getOrDefault(EdgeStats.PEER, ""),
                        tags.getOrDefault(EdgeStats.PEER_ID, ""));
    }

    private static Outcome outcome(Map<String, String> tags) {
        return new Outcome(
                number(tags.getOrDefault(EdgeStats.CODE, ""), 0),
                number(tags.getOrDefault(EdgeStats.GRPC_STATUS, ""), Outcome.NOT_GRPC));
    }

    private static int number(String text, int otherwise) {
        return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : otherwise;
    }

    private static Map<String, String> tags(Metric metric) {
        Map<String, String> tags = new HashMap<>();
        for (LabelPair label : metric.getLabelList()) {
            tags.put(label.getName(), label.getValue().equals("-") ? "" : label.getValue());
        }
        return tags;
    }
}
