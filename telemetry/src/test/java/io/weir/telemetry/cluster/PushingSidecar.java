package io.weir.telemetry.cluster;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.metrics.v3.MetricsServiceGrpc;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsMessage;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.prometheus.client.Metrics.Counter;
import io.prometheus.client.Metrics.Gauge;
import io.prometheus.client.Metrics.LabelPair;
import io.prometheus.client.Metrics.Metric;
import io.prometheus.client.Metrics.MetricFamily;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Speaks to the push port as an Envoy does: knows the mesh's roots and the program's name, and shows its pod's token. */
final class PushingSidecar implements AutoCloseable {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;
    private final String node;
    private final Instant started = Instant.now();
    private StreamObserver<StreamMetricsMessage> stream;
    private volatile @Nullable Status end;

    /**
     * Opens its stream.
     *
     * @param serverName to which it holds the program
     * @param node what it calls itself
     */
    PushingSidecar(int port, String roots, String serverName, String token, String node) throws SSLException {
        this.node = node;
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, token);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .overrideAuthority(serverName)
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(new ByteArrayInputStream(roots.getBytes(StandardCharsets.US_ASCII)))
                        .build())
                .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                .build();
        stream = open();
    }

    private StreamObserver<StreamMetricsMessage> open() {
        end = null;
        return MetricsServiceGrpc.newStub(channel).streamMetrics(new StreamObserver<>() {
            @Override
            public void onNext(StreamMetricsResponse answer) {}

            @Override
            public void onError(Throwable failure) {
                end = Status.fromThrowable(failure);
            }

            @Override
            public void onCompleted() {
                end = Status.OK;
            }
        });
    }

    /** How the stream ended; null while it is open. */
    @Nullable
    Status end() {
        return end;
    }

    /** Says how many requests have reached its app since it started, all answered with 200; comes again if it was told to. */
    void push(int requests) {
        Status ended = end;
        if (ended != null && ended.getCode() == Status.Code.UNAVAILABLE) {
            stream = open();
        }
        Map<String, String> tags = Map.of(
                "reporter",
                "destination",
                "port",
                "8080",
                "peer",
                "10.9.9.9",
                "peer_id",
                "-",
                "code",
                "200",
                "grpc_status",
                "-");
        stream.onNext(StreamMetricsMessage.newBuilder()
                .setIdentifier(StreamMetricsMessage.Identifier.newBuilder()
                        .setNode(Node.newBuilder().setId(node)))
                .addEnvoyMetrics(family(
                        "weir_edge.requests",
                        metric(tags).setCounter(Counter.newBuilder().setValue(requests))))
                .addEnvoyMetrics(family(
                        "server.uptime",
                        metric(Map.of()).setGauge(Gauge.newBuilder().setValue((double)
                                Duration.between(started, Instant.now()).toSeconds()))))
                .build());
    }

    private static Metric.Builder metric(Map<String, String> tags) {
        Metric.Builder metric = Metric.newBuilder().setTimestampMs(Instant.now().toEpochMilli());
        tags.forEach((name, value) ->
                metric.addLabel(LabelPair.newBuilder().setName(name).setValue(value)));
        return metric;
    }

    private static MetricFamily family(String name, Metric.Builder metric) {
        return MetricFamily.newBuilder().setName(name).addMetric(metric).build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
