package io.weir.e2e;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A collector that keeps what it is sent, by OTLP over gRPC in plaintext. */
final class OtlpReceiver implements AutoCloseable {

    /** A span, and the workload that it is of. */
    record Sent(String service, Span span) {}

    /** A log record, with the attributes of the resource and its own. */
    record Logged(Map<String, String> resource, Map<String, String> attributes, LogRecord record) {}

    /** A value of a sum, with the attributes of the resource and its own. */
    record Counted(String service, String metric, Map<String, String> attributes, long value) {}

    private final List<Sent> spans = new CopyOnWriteArrayList<>();
    private final List<Logged> logs = new CopyOnWriteArrayList<>();
    private final List<Counted> sums = new CopyOnWriteArrayList<>();
    private final Server server;

    private OtlpReceiver() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(new Traces())
                .addService(new Logs())
                .addService(new Metrics())
                .build()
                .start();
    }

    static OtlpReceiver start() throws IOException {
        return new OtlpReceiver();
    }

    /** As people write it. */
    String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    List<Sent> spans() {
        return List.copyOf(spans);
    }

    List<Logged> logs() {
        return List.copyOf(logs);
    }

    List<Counted> sums() {
        return List.copyOf(sums);
    }

    static Map<String, String> texts(List<KeyValue> attributes) {
        Map<String, String> texts = new TreeMap<>();
        attributes.forEach(
                attribute -> texts.put(attribute.getKey(), attribute.getValue().getStringValue()));
        return texts;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static <T> void answer(StreamObserver<T> caller, T answer) {
        caller.onNext(answer);
        caller.onCompleted();
    }

    private static String service(List<KeyValue> resource) {
        return texts(resource).getOrDefault("service.name", "");
    }

    private final class Traces extends TraceServiceGrpc.TraceServiceImplBase {
        @Override
        public void export(ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> caller) {
            request.getResourceSpansList()
                    .forEach(of -> of.getScopeSpansList()
                            .forEach(scope -> scope.getSpansList()
                                    .forEach(span -> spans.add(
                                            new Sent(service(of.getResource().getAttributesList()), span)))));
            answer(caller, ExportTraceServiceResponse.getDefaultInstance());
        }
    }

    private final class Logs extends LogsServiceGrpc.LogsServiceImplBase {
        @Override
        public void export(ExportLogsServiceRequest request, StreamObserver<ExportLogsServiceResponse> caller) {
            request.getResourceLogsList()
                    .forEach(of -> of.getScopeLogsList()
                            .forEach(scope -> scope.getLogRecordsList()
                                    .forEach(record -> logs.add(new Logged(
                                            texts(of.getResource().getAttributesList()),
                                            texts(record.getAttributesList()),
                                            record)))));
            answer(caller, ExportLogsServiceResponse.getDefaultInstance());
        }
    }

    private final class Metrics extends MetricsServiceGrpc.MetricsServiceImplBase {
        @Override
        public void export(ExportMetricsServiceRequest request, StreamObserver<ExportMetricsServiceResponse> caller) {
            request.getResourceMetricsList()
                    .forEach(of -> of.getScopeMetricsList()
                            .forEach(scope -> scope.getMetricsList()
                                    .forEach(metric ->
                                            keep(service(of.getResource().getAttributesList()), metric))));
            answer(caller, ExportMetricsServiceResponse.getDefaultInstance());
        }

        private void keep(String service, Metric metric) {
            for (NumberDataPoint point : metric.getSum().getDataPointsList()) {
                sums.add(new Counted(service, metric.getName(), texts(point.getAttributesList()), point.getAsInt()));
            }
        }
    }
}
