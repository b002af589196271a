package io.weir.controlplane.xds.translate;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.smi.wellknown.EdgeStats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The access loggers by which Envoy counts what goes over each edge, for a listener's requests or connections; none where
 * the proxy can't.
 *
 * <p>Envoy's stats access logger, in the form that it has since 1.39. The library of Envoy's API doesn't have it, so it is
 * written as a struct.
 */
final class EdgeLogs {

    /** Of each logger. Without a limit, callers from ever new addresses could make Envoy run out of memory. */
    private static final int MOST_COUNTERS = 2000;

    private static final int MOST_HISTOGRAMS = 500;

    private static final String CONFIG = "type.googleapis.com/envoy.extensions.access_loggers.stats.v3.Config";

    private EdgeLogs() {}

    /** Of requests that an app sends to a service port. */
    static List<AccessLog> requestsTo(ServicePortKey service, Telemetry telemetry) {
        return requests(source(service), telemetry);
    }

    /** Of requests that an app sends beyond the proxy's scope. */
    static List<AccessLog> requestsBeyond(Telemetry telemetry) {
        return requests(source(Alias.SERVICE_FORMAT, Alias.CLUSTER_FORMAT), telemetry);
    }

    /** Of connections that an app opens to a service port. */
    static List<AccessLog> connectionsTo(ServicePortKey service, Telemetry telemetry) {
        return connections(source(service), telemetry);
    }

    /** Of requests that arrive at a port of the workload. */
    static List<AccessLog> requestsAt(int port, Telemetry telemetry) {
        return requests(destination(port), telemetry);
    }

    /** Of those requests that passed and that the rules which are tried out would have refused: counted once more. */
    static List<AccessLog> wouldBeDeniedAt(int port, Telemetry telemetry) {
        if (telemetry != Telemetry.EDGES) {
            return List.of();
        }
        return log(List.of(count(stat(EdgeStats.WOULD_BE_DENIED, destination(port)))), List.of()).stream()
                .map(log -> log.toBuilder()
                        .setName("edges that would be denied")
                        .setFilter(SentLogs.PASSED_AND_WOULD_BE_DENIED)
                        .build())
                .toList();
    }

    /** Of connections that arrive at a port of the workload; {@link EdgeStats#UNDECLARED_PORT} for one that nobody declared. */
    static List<AccessLog> connectionsAt(int port, Telemetry telemetry) {
        return connections(destination(port), telemetry);
    }

    /** What tells edges apart at their source: format by tag. */
    private static Map<String, String> source(ServicePortKey service) {
        return source(service.toString(), "%UPSTREAM_CLUSTER_RAW%");
    }

    private static Map<String, String> source(String service, String cluster) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(EdgeStats.REPORTER, "source");
        tags.put(EdgeStats.SERVICE, service);
        tags.put(EdgeStats.CLUSTER, cluster);
        // The endpoint that was chosen, where the connection's address is missing if it couldn't be opened.
        tags.put(EdgeStats.PEER, "%UPSTREAM_HOST_NAME_WITHOUT_PORT%");
        tags.put(EdgeStats.PEER_ID, "%UPSTREAM_PEER_URI_SAN%");
        return tags;
    }

    private static Map<String, String> destination(int port) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(EdgeStats.REPORTER, "destination");
        tags.put(EdgeStats.PORT, Integer.toString(port));
        // Of the connection: the other address is what a caller's x-forwarded-for says.
        tags.put(EdgeStats.PEER, "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%");
        tags.put(EdgeStats.PEER_ID, "%DOWNSTREAM_PEER_URI_SAN%");
        return tags;
    }

    private static List<AccessLog> requests(Map<String, String> edge, Telemetry telemetry) {
        if (telemetry != Telemetry.EDGES) {
            return List.of();
        }
        Map<String, String> outcome = new LinkedHashMap<>(edge);
        outcome.put(EdgeStats.CODE, "%RESPONSE_CODE%");
        outcome.put(EdgeStats.GRPC_STATUS, "%GRPC_STATUS_NUMBER%");
        return log(
                List.of(count(stat(EdgeStats.REQUESTS, outcome))),
                // A histogram takes as much as fifty counters, so outcomes share one.
                List.of(measure(stat(EdgeStats.DURATION_MS, edge), "%DURATION%")));
    }

    private static List<AccessLog> connections(Map<String, String> edge, Telemetry telemetry) {
        if (telemetry != Telemetry.EDGES) {
            return List.of();
        }
        return log(
                List.of(
                        count(stat(EdgeStats.CONNECTIONS, edge)),
                        measure(stat(EdgeStats.SENT_BYTES, edge), "%BYTES_RECEIVED%"),
                        measure(stat(EdgeStats.RECEIVED_BYTES, edge), "%BYTES_SENT%")),
                List.of());
    }

    private static List<AccessLog> log(List<Value> counters, List<Value> histograms) {
        Struct scope = Struct.newBuilder()
                .putFields("prefix", text(EdgeStats.PREFIX))
                // Not shared among listeners by a name: that makes Envoy 1.40 crash where it ends.
                .putFields("max_counters", number(MOST_COUNTERS))
                .putFields("max_histograms", number(MOST_HISTOGRAMS))
                // Pods come and go: what nobody counts any more is forgotten, at the bootstrap's interval.
                .putFields(
                        "enable_eviction", Value.newBuilder().setBoolValue(true).build())
                .build();
        Struct.Builder config = Struct.newBuilder().putFields("stats_scope", struct(scope));
        config.putFields("counters", list(counters));
        if (!histograms.isEmpty()) {
            config.putFields("histograms", list(histograms));
        }
        return List.of(AccessLog.newBuilder()
                .setName("edges")
                .setTypedConfig(XdsResource.pack(TypedStruct.newBuilder()
                        .setTypeUrl(CONFIG)
                        .setValue(config)
                        .build()))
                .build());
    }

    private static Struct stat(String name, Map<String, String> tags) {
        List<Value> values = new ArrayList<>();
        tags.forEach((tag, format) -> values.add(struct(Struct.newBuilder()
                .putFields("name", text(tag))
                .putFields("value_format", text(format))
                .build())));
        return Struct.newBuilder()
                .putFields("name", text(name))
                .putFields("tags", list(values))
                .build();
    }

    /** Adds one each time. */
    private static Value count(Struct stat) {
        return struct(Struct.newBuilder()
                .putFields("stat", struct(stat))
                .putFields("value_fixed", number(1))
                .build());
    }

    private static Value measure(Struct stat, String format) {
        return struct(Struct.newBuilder()
                .putFields("stat", struct(stat))
                .putFields("value_format", text(format))
                .build());
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value number(int number) {
        return Value.newBuilder().setNumberValue(number).build();
    }

    private static Value struct(Struct struct) {
        return Value.newBuilder().setStructValue(struct).build();
    }

    private static Value list(List<Value> values) {
        return Value.newBuilder()
                .setListValue(ListValue.newBuilder().addAllValues(values))
                .build();
    }
}
