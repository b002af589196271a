package io.weir.telemetry.window;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.metrics.v3.MetricsServiceGrpc;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsMessage;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.prometheus.client.Metrics.Bucket;
import io.prometheus.client.Metrics.Counter;
import io.prometheus.client.Metrics.Gauge;
import io.prometheus.client.Metrics.Histogram;
import io.prometheus.client.Metrics.LabelPair;
import io.prometheus.client.Metrics.Metric;
import io.prometheus.client.Metrics.MetricFamily;
import io.weir.smi.wellknown.EdgeStats;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/** A sidecar with a connection of its own, over which it pushes as Envoy 1.40 does: a family for each statistic. */
final class ConnectedSidecar implements AutoCloseable {

    /** Who it is, in place of a credential. */
    static final Metadata.Key<String> NAME = Metadata.Key.of("sidecar", Metadata.ASCII_STRING_MARSHALLER);

    /** Of {@link #pushNothing}, for each peer. */
    static final int MEANINGLESS = 2;

    /** The bucket into which all requests fall. */
    private static final int BUCKET = 3;

    private final ManagedChannel channel;
    private final Instant started;
    private final long[] counts;
    private final long[] pushed;
    private final Metric[] labels;
    private final StreamObserver<StreamMetricsMessage> stream;

    /**
     * Opens its stream, and says that nothing has happened yet.
     *
     * @param channel closed with it
     * @param peers addresses of those that it calls
     * @param failures gets what ends the stream before its time
     */
    ConnectedSidecar(String name, ManagedChannel channel, Instant started, String[] peers, Queue<Throwable> failures) {
        this.channel = channel;
        this.started = started;
        this.counts = new long[peers.length];
        this.pushed = new long[peers.length];
        this.labels = new Metric[peers.length];
        for (int i = 0; i < peers.length; i++) {
            labels[i] = labels(Map.of(
                    EdgeStats.REPORTER, "source",
                    EdgeStats.SERVICE, "shop/web/8080",
                    EdgeStats.CLUSTER, "outbound/shop/web/8080",
                    EdgeStats.PEER, peers[i],
                    EdgeStats.PEER_ID, "-"));
        }
        Metadata headers = new Metadata();
        headers.put(NAME, name);
        stream = MetricsServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .streamMetrics(new Watch(failures));
        stream.onNext(StreamMetricsMessage.newBuilder()
                .setIdentifier(StreamMetricsMessage.Identifier.newBuilder()
                        .setNode(Node.newBuilder().setId("shop/" + name)))
                .addEnvoyMetrics(uptime(started))
                .build());
    }

    /** So many more requests to each of its peers. */
    void requests(int count) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += count;
        }
    }

    /** Pushes what it has counted. */
    void push(Instant now) {
        push(now, EdgeStats.REQUESTS, EdgeStats.DURATION_MS);
    }

    /** A push of the usual size that says nothing: {@link #MEANINGLESS} statistics for each peer that the aggregator drops. */
    void pushNothing(Instant now) {
        push(now, "unknown", "unknown");
    }

    private void push(Instant now, String counter, String histogram) {
        StreamMetricsMessage.Builder message = StreamMetricsMessage.newBuilder().addEnvoyMetrics(uptime(now));
        for (int i = 0; i < counts.length; i++) {
            Metric.Builder requests = labels[i].toBuilder()
                    .setTimestampMs(now.toEpochMilli())
                    .setCounter(Counter.newBuilder().setValue((double) counts[i]));
            label(requests, EdgeStats.CODE, "200");
            label(requests, EdgeStats.GRPC_STATUS, "-");
            message.addEnvoyMetrics(family(counter, requests));
            message.addEnvoyMetrics(family(
                    histogram,
                    labels[i].toBuilder()
                            .setTimestampMs(now.toEpochMilli())
                            .setHistogram(histogram(counts[i] - pushed[i]))));
            pushed[i] = counts[i];
        }
        stream.onNext(message.build());
    }

    private static Histogram histogram(long count) {
        Histogram.Builder histogram =
                Histogram.newBuilder().setSampleCount(count).setSampleSum(4.0 * count);
        for (int i = 0; i < EdgeStats.LATENCY_BUCKETS_MS.size(); i++) {
            histogram.addBucket(Bucket.newBuilder()
                    .setUpperBound(EdgeStats.LATENCY_BUCKETS_MS.get(i))
                    .setCumulativeCount(i < BUCKET ? 0 : count));
        }
        return histogram.build();
    }

    private MetricFamily uptime(Instant now) {
        return MetricFamily.newBuilder()
                .setName("server.uptime")
                .addMetric(Metric.newBuilder()
                        .setTimestampMs(now.toEpochMilli())
                        .setGauge(Gauge.newBuilder().setValue((double)
                                Duration.between(started, now).toSeconds())))
                .build();
    }

    private static MetricFamily family(String name, Metric.Builder metric) {
        return MetricFamily.newBuilder()
                .setName(EdgeStats.PREFIX + "." + name)
                .addMetric(metric)
                .build();
    }

    private static Metric labels(Map<String, String> tags) {
        Metric.Builder metric = Metric.newBuilder();
        new TreeMap<>(tags).forEach((name, value) -> label(metric, name, value));
        return metric.build();
    }

    private static void label(Metric.Builder metric, String name, String value) {
        metric.addLabel(LabelPair.newBuilder().setName(name).setValue(value));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** An end that it did not ask for is a failure. */
    private record Watch(Queue<Throwable> failures) implements StreamObserver<StreamMetricsResponse> {

        @Override
        public void onNext(StreamMetricsResponse answer) {
            failures.add(new AssertionError("answered while it reports"));
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onCompleted() {
            failures.add(new AssertionError("ended by the server"));
        }
    }
}
