package io.weir.controlplane.xds.translate;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.trace.v3.Tracing.Http;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension;
import io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.Observation.Export;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.TraceSampling;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.smi.wellknown.OpenTelemetryNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Traces and access logs for an OpenTelemetry collector; none where nobody names one. */
final class Otlp {

    private static final String TRACER = "envoy.config.trace.v3.OpenTelemetryConfig";

    private static final GrpcService COLLECTOR = GrpcService.newBuilder()
            .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(Names.COLLECTOR))
            .build();

    private Otlp() {}

    // ---- traces

    /**
     * Makes a listener's requests spans: what an app sends those of kind client, what arrives those of kind server. Context
     * is W3C's: {@code traceparent} and {@code tracestate}.
     */
    static HttpConnectionManager.Builder traced(HttpConnectionManager.Builder connections, Observation observation) {
        Export export = observation.export();
        if (export == null || !export.traces()) {
            return connections;
        }
        return connections
                // Else a request without an x-request-id is never traced, and Weir gives requests none. Sampling is the
                // tracer's own affair then.
                .setRequestIdExtension(RequestIDExtension.newBuilder()
                        .setTypedConfig(XdsResource.pack(UuidRequestIdConfig.newBuilder()
                                .setPackTraceReason(Protos.FALSE)
                                .setUseRequestIdForTraceSampling(Protos.FALSE)
                                .build())))
                .setTracing(Tracing.newBuilder()
                        .setProvider(Http.newBuilder()
                                .setName("envoy.tracers.opentelemetry")
                                .setTypedConfig(tracer(export))));
    }

    private static Any tracer(Export export) {
        return Structs.typed(TRACER, """
                {
                  "grpc_service": {"envoy_grpc": {"cluster_name": "%s"}},
                  %s,
                  "sampler": {
                    "name": "envoy.tracers.opentelemetry.samplers.parent_based",
                    "typed_config": {
                      "@type": "%3$sParentBasedSamplerConfig",
                      "wrapped_sampler": {
                        "name": "envoy.tracers.opentelemetry.samplers.trace_id_ratio_based",
                        "typed_config": {"@type": "%3$sTraceIdRatioBasedSamplerConfig", %4$s}
                      }
                    }
                  }
                }
                """.formatted(
                        Names.COLLECTOR,
                        service(export),
                        "type.googleapis.com/envoy.extensions.tracers.opentelemetry.samplers.v3.",
                        percentage(export.sampling())));
    }

    /** The name is one of a Kubernetes object, so it needs no quoting. */
    private static String service(Export export) {
        return export.service().isEmpty()
                ? "\"resource_detectors\": " + OpenTelemetryNames.ENVIRONMENT_DETECTOR
                : "\"service_name\": \"" + export.service() + "\"";
    }

    private static String percentage(TraceSampling sampling) {
        return "\"sampling_percentage\": {\"numerator\": " + sampling.perMillion() + ", \"denominator\": \"MILLION\"}";
    }

    // ---- access logs

    static List<AccessLog> requestsTo(ServicePortKey service, Observation observation) {
        return logs(observation, () -> request(source(service)));
    }

    static List<AccessLog> requestsBeyond(Observation observation) {
        return logs(observation, () -> request(source(Alias.SERVICE_FORMAT, Alias.CLUSTER_FORMAT)));
    }

    static List<AccessLog> requestsAt(int port, Observation observation) {
        return logs(observation, () -> request(destination(port)));
    }

    static List<AccessLog> connectionsTo(ServicePortKey service, Observation observation) {
        return logs(observation, () -> connection(source(service)));
    }

    static List<AccessLog> connectionsAt(int port, Observation observation) {
        return logs(observation, () -> connection(destination(port)));
    }

    /** @param attributes of each record, format by name */
    private record Form(String body, Map<String, String> attributes) {}

    private interface Lazily {
        Form form();
    }

    private static Map<String, String> source(ServicePortKey service) {
        return source(service.toString(), "%UPSTREAM_CLUSTER_RAW%");
    }

    private static Map<String, String> source(String service, String cluster) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("weir.reporter", "source");
        attributes.put("weir.service", service);
        attributes.put("weir.cluster", cluster);
        attributes.put("network.peer.address", "%UPSTREAM_HOST%");
        attributes.put("weir.peer.id", "%UPSTREAM_PEER_URI_SAN%");
        return attributes;
    }

    private static Map<String, String> destination(int port) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("weir.reporter", "destination");
        attributes.put("server.port", Integer.toString(port));
        attributes.put("network.peer.address", "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%");
        attributes.put("weir.peer.id", "%DOWNSTREAM_PEER_URI_SAN%");
        return attributes;
    }

    /** Without the query, in which secrets are found too often. */
    private static Form request(Map<String, String> edge) {
        Map<String, String> attributes = new LinkedHashMap<>(edge);
        attributes.put("http.request.method", "%REQ(:METHOD)%");
        attributes.put("url.path", "%PATH(NQ)%");
        attributes.put("server.address", "%REQ(:AUTHORITY)%");
        attributes.put("http.response.status_code", "%RESPONSE_CODE%");
        attributes.put("rpc.grpc.status_code", "%GRPC_STATUS_NUMBER%");
        attributes.put("network.protocol.name", "%PROTOCOL%");
        ended(attributes);
        return new Form("%REQ(:METHOD)% %PATH(NQ)% %PROTOCOL% %RESPONSE_CODE%", attributes);
    }

    private static Form connection(Map<String, String> edge) {
        Map<String, String> attributes = new LinkedHashMap<>(edge);
        ended(attributes);
        return new Form("TCP %BYTES_RECEIVED% bytes there, %BYTES_SENT% bytes back", attributes);
    }

    private static void ended(Map<String, String> attributes) {
        attributes.put("weir.duration_ms", "%DURATION%");
        attributes.put("weir.received_bytes", "%BYTES_RECEIVED%");
        attributes.put("weir.sent_bytes", "%BYTES_SENT%");
        attributes.put("envoy.response_flags", "%RESPONSE_FLAGS%");
    }

    private static List<AccessLog> logs(Observation observation, Lazily lazily) {
        Export export = observation.export();
        return export == null || !export.accessLogs() ? List.of() : List.of(log(export, lazily.form()));
    }

    private static AccessLog log(Export export, Form form) {
        OpenTelemetryAccessLogConfig.Builder config = OpenTelemetryAccessLogConfig.newBuilder()
                .setCommonConfig(CommonGrpcAccessLogConfig.newBuilder()
                        .setLogName("weir")
                        .setTransportApiVersion(ApiVersion.V3)
                        .setGrpcService(COLLECTOR))
                .setBody(text(form.body()));
        Map<String, String> attributes = new LinkedHashMap<>(form.attributes());
        if (export.service().isEmpty()) {
            // Envoy 1.36 to 1.39 look for the resource of logs nowhere else, and a listener that pods share can't name
            // one.
            attributes.put(
                    OpenTelemetryNames.SERVICE_NAME, "%ENVIRONMENT(" + OpenTelemetryNames.SERVICE_NAME_VARIABLE + ")%");
        } else {
            config.setResourceAttributes(
                    KeyValueList.newBuilder().addValues(attribute(OpenTelemetryNames.SERVICE_NAME, export.service())));
        }
        KeyValueList.Builder list = KeyValueList.newBuilder();
        attributes.forEach((name, format) -> list.addValues(attribute(name, format)));
        return AccessLog.newBuilder()
                .setName("otlp")
                .setTypedConfig(XdsResource.pack(config.setAttributes(list).build()))
                .build();
    }

    private static KeyValue attribute(String name, String value) {
        return KeyValue.newBuilder().setKey(name).setValue(text(value)).build();
    }

    private static AnyValue text(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }
}
