package io.weir.telemetry.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.Metrics.Bucket;
import io.prometheus.client.Metrics.Counter;
import io.prometheus.client.Metrics.Gauge;
import io.prometheus.client.Metrics.Histogram;
import io.prometheus.client.Metrics.LabelPair;
import io.prometheus.client.Metrics.Metric;
import io.prometheus.client.Metrics.MetricFamily;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.ingest.Push.Kind;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Families as an Envoy 1.40 sends them. */
class PushReaderTest {

    private static final Instant ARRIVED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TAKEN = ARRIVED.minusSeconds(1);

    private static Metric.Builder metric(Map<String, String> tags) {
        Metric.Builder metric = Metric.newBuilder().setTimestampMs(TAKEN.toEpochMilli());
        tags.forEach((name, value) ->
                metric.addLabel(LabelPair.newBuilder().setName(name).setValue(value)));
        return metric;
    }

    private static MetricFamily family(String name, Metric.Builder metric) {
        return MetricFamily.newBuilder().setName(name).addMetric(metric).build();
    }

    private static MetricFamily counter(String name, double value, Map<String, String> tags) {
        return family(name, metric(tags).setCounter(Counter.newBuilder().setValue(value)));
    }

    @Test
    void a_request_counter_is_read_with_its_tags() {
        Push push = PushReader.read(
                        List.of(
                                counter(
                                        "weir_edge.requests",
                                        4,
                                        Map.of(
                                                "reporter", "source",
                                                "service", "shop/web/8080",
                                                "cluster", "outbound/shop/web-v1/8080",
                                                "peer", "10.0.0.1",
                                                "peer_id", "spiffe://cluster.local/ns/shop/sa/web",
                                                "code", "200",
                                                "grpc_status", "-")),
                                family(
                                        "server.uptime",
                                        metric(Map.of())
                                                .setGauge(Gauge.newBuilder().setValue(61)))),
                        ARRIVED)
                .push();

        Series series = new Series(
                Reporter.SOURCE,
                "shop/web/8080",
                "outbound/shop/web-v1/8080",
                "",
                "10.0.0.1",
                "spiffe://cluster.local/ns/shop/sa/web");
        assertThat(push)
                .isEqualTo(new Push(
                        TAKEN,
                        Duration.ofSeconds(61),
                        List.of(new Push.Counter(
                                new Push.Counter.Id(series, Kind.REQUESTS, new Outcome(200, Outcome.NOT_GRPC)), 4)),
                        List.of()));
    }

    @Test
    void each_kind_of_counter_is_told_from_the_others() {
        Map<String, String> tags = Map.of("reporter", "destination", "port", "90", "peer", "10.0.0.2");
        Push push = PushReader.read(
                        List.of(
                                counter("weir_edge.requests_would_be_denied", 4, tags),
                                counter("weir_edge.tcp_connections", 1, tags),
                                counter("weir_edge.tcp_sent_bytes", 2, tags),
                                counter("weir_edge.tcp_received_bytes", 3, tags)),
                        ARRIVED)
                .push();

        Series series = new Series(Reporter.DESTINATION, "", "", "90", "10.0.0.2", "");
        assertThat(push.counters())
                .containsExactly(
                        new Push.Counter(new Push.Counter.Id(series, Kind.WOULD_BE_DENIED, null), 4),
                        new Push.Counter(new Push.Counter.Id(series, Kind.CONNECTIONS, null), 1),
                        new Push.Counter(new Push.Counter.Id(series, Kind.SENT_BYTES, null), 2),
                        new Push.Counter(new Push.Counter.Id(series, Kind.RECEIVED_BYTES, null), 3));
    }

    @Test
    void a_histogram_is_read_into_our_buckets() {
        Histogram.Builder histogram = Histogram.newBuilder().setSampleCount(6).setSampleSum(99_500);
        histogram.addBucket(Bucket.newBuilder().setUpperBound(1).setCumulativeCount(2));
        histogram.addBucket(Bucket.newBuilder().setUpperBound(2).setCumulativeCount(2));
        histogram.addBucket(Bucket.newBuilder().setUpperBound(60_000).setCumulativeCount(5));
        Push push = PushReader.read(
                        List.of(family(
                                "weir_edge.duration_ms",
                                metric(Map.of("reporter", "source")).setHistogram(histogram))),
                        ARRIVED)
                .push();

        long[] expected = new long[EdgeStats.LATENCY_BUCKETS_MS.size() + 1];
        expected[0] = 2;
        expected[EdgeStats.LATENCY_BUCKETS_MS.size() - 1] = 3;
        expected[EdgeStats.LATENCY_BUCKETS_MS.size()] = 1;
        assertThat(push.histograms())
                .containsExactly(new Push.Histogram(Series.unknown(Reporter.SOURCE), new Latencies(expected, 99_500)));
    }

    @Test
    void what_has_no_meaning_is_counted_and_what_is_not_ours_is_left_alone() {
        PushReader.Read read = PushReader.read(
                List.of(
                        counter("weir_edge.requests", 1, Map.of("reporter", "nobody")),
                        counter("weir_edge.surprise", 1, Map.of("reporter", "source")),
                        counter("cluster.upstream_rq_total", 1, Map.of())),
                ARRIVED);

        assertThat(read.unreadable()).isEqualTo(2);
        assertThat(read.push()).isEqualTo(new Push(TAKEN, null, List.of(), List.of()));
    }
}
