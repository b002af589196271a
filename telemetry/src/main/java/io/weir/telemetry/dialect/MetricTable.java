package io.weir.telemetry.dialect;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.model.Latencies;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Counters, gauges and histograms being gathered. What has the same labels is added up, so no series is told twice.
 *
 * <p>Every vocabulary names the pods of both ends and their nodes, as a pod of a StatefulSet may come back on another: a series
 * that summed over them would fall when one is forgotten, which Prometheus takes for a restart from zero, and counts all the rest
 * again.
 */
final class MetricTable {

    private static final double[] BOUNDS = DoubleStream.concat(
                    EdgeStats.LATENCY_BUCKETS_MS.stream().mapToDouble(Integer::doubleValue),
                    DoubleStream.of(Double.POSITIVE_INFINITY))
            .toArray();

    private final SortedMap<Metric, SortedMap<Labels, Long>> counters = new TreeMap<>();
    private final SortedMap<Metric, SortedMap<Labels, Double>> gauges = new TreeMap<>();
    private final SortedMap<Metric, SortedMap<Labels, Latencies>> histograms = new TreeMap<>();

    /** @param name of a counter without {@code _total}, which the text format adds */
    record Metric(String name, String help) implements Comparable<Metric> {
        @Override
        public int compareTo(Metric other) {
            return name.compareTo(other.name);
        }
    }

    void count(Metric metric, Labels labels, long value) {
        counters.computeIfAbsent(metric, _ -> new TreeMap<>()).merge(labels, value, Long::sum);
    }

    /** A gauge of 1, for what holds now. */
    void one(Metric metric, Labels labels) {
        gauge(metric, labels, 1);
    }

    /** A gauge of some value, in place of an earlier one with these labels. */
    void gauge(Metric metric, Labels labels, double value) {
        gauges.computeIfAbsent(metric, _ -> new TreeMap<>()).put(labels, value);
    }

    void observe(Metric metric, Labels labels, Latencies latencies) {
        histograms.computeIfAbsent(metric, _ -> new TreeMap<>()).merge(labels, latencies, Latencies::plus);
    }

    /** Writes them in Prometheus' text format, a metric after the other. */
    void write(OutputStream out) throws IOException {
        for (Map.Entry<Metric, SortedMap<Labels, Long>> each : counters.entrySet()) {
            write(out, counter(each.getKey(), each.getValue()));
        }
        for (Map.Entry<Metric, SortedMap<Labels, Double>> each : gauges.entrySet()) {
            write(out, gauge(each.getKey(), each.getValue()));
        }
        for (Map.Entry<Metric, SortedMap<Labels, Latencies>> each : histograms.entrySet()) {
            write(out, histogram(each.getKey(), each.getValue()));
        }
    }

    private static void write(OutputStream out, MetricSnapshot metric) throws IOException {
        PrometheusTextFormatWriter.create().write(out, MetricSnapshots.of(metric), EscapingScheme.UNDERSCORE_ESCAPING);
    }

    private static CounterSnapshot counter(Metric metric, Map<Labels, Long> series) {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name(metric.name()).help(metric.help());
        series.forEach((labels, value) -> counter.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels).value(value).build()));
        return counter.build();
    }

    private static GaugeSnapshot gauge(Metric metric, SortedMap<Labels, Double> series) {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name(metric.name()).help(metric.help());
        series.forEach((labels, value) -> gauge.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
        return gauge.build();
    }

    private static HistogramSnapshot histogram(Metric metric, Map<Labels, Latencies> series) {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(metric.name()).help(metric.help());
        series.forEach((labels, latencies) -> histogram.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, each(latencies)))
                .sum(latencies.sumMs())
                .build()));
        return histogram.build();
    }

    /** Not cumulative, as the library wants them. */
    private static long[] each(Latencies latencies) {
        long[] counts =
                latencies.cumulative().stream().mapToLong(Long::longValue).toArray();
        long[] each = Arrays.copyOf(counts, counts.length);
        for (int i = 1; i < counts.length; i++) {
            each[i] = counts[i] - counts[i - 1];
        }
        return each;
    }
}
