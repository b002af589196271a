package io.weir.telemetry.tap;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPRequestProperties;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPResponseProperties;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties.CertificateProperties.SubjectAltName;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.smi.wellknown.Tap;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.Series;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.tap.TappedRequest.Direction;
import io.weir.telemetry.tap.TappedRequest.End;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Reads Envoy's access log entries. Texts are shortened, since thousands of requests wait for a watcher. */
final class TapReader {

    /**
     * Response flags in the short words of Envoy's documentation; a newer one is told by its field's name.
     *
     * @see <a href="https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/observability/access_log/usage">RESPONSE_FLAGS</a>
     */
    private static final Map<String, String> FLAGS = Map.ofEntries(
            Map.entry("failed_local_healthcheck", "LH"),
            Map.entry("no_healthy_upstream", "UH"),
            Map.entry("upstream_request_timeout", "UT"),
            Map.entry("local_reset", "LR"),
            Map.entry("upstream_remote_reset", "UR"),
            Map.entry("upstream_connection_failure", "UF"),
            Map.entry("upstream_connection_termination", "UC"),
            Map.entry("upstream_overflow", "UO"),
            Map.entry("no_route_found", "NR"),
            Map.entry("unauthorized_details", "UAEX"),
            Map.entry("downstream_connection_termination", "DC"),
            Map.entry("upstream_retry_limit_exceeded", "URX"),
            Map.entry("stream_idle_timeout", "SI"),
            Map.entry("invalid_envoy_request_headers", "IH"),
            Map.entry("downstream_protocol_error", "DPE"),
            Map.entry("upstream_max_stream_duration_reached", "UMSDR"),
            Map.entry("duration_timeout", "DT"),
            Map.entry("upstream_protocol_error", "UPE"),
            Map.entry("no_cluster_found", "NC"),
            Map.entry("overload_manager", "OM"),
            Map.entry("dns_resolution_failure", "DF"));

    private static final int LONGEST_ADDRESS = 64;
    private static final int LONGEST_AUTHORITY = 253;
    private static final int LONGEST_PATH = 2_048;
    private static final int LONGEST_DETAILS = 256;
    private static final int LONGEST_ID = 512;

    /** The end of the year 9999, the last second that a protobuf timestamp may tell. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private final EdgeResolver resolver;

    TapReader(EdgeResolver resolver) {
        this.resolver = resolver;
    }

    /** @param teller whose sidecar logged it */
    Tapped read(ProxyIdentity teller, Direction direction, HTTPAccessLogEntry entry, Inventory inventory) {
        AccessLogCommon common = entry.getCommonProperties();
        boolean outbound = direction == Direction.OUTBOUND;
        String peer = ip(outbound ? common.getUpstreamRemoteAddress() : common.getDownstreamDirectRemoteAddress());
        String own = ip(outbound ? common.getDownstreamDirectRemoteAddress() : common.getDownstreamLocalAddress());
        Edge edge = resolver.resolve(
                teller,
                new Series(
                        outbound ? Reporter.SOURCE : Reporter.DESTINATION,
                        "",
                        common.getUpstreamCluster(),
                        "",
                        peer,
                        peerId(common)),
                Edge.Protocol.HTTP,
                inventory);
        HTTPRequestProperties request = entry.getRequest();
        HTTPResponseProperties response = entry.getResponse();
        RequestMethod method = request.getRequestMethod();
        TappedRequest tapped = new TappedRequest(
                instant(common.getStartTime()),
                direction,
                End.of(edge.source(), outbound ? own : peer),
                End.of(edge.destination(), outbound ? peer : own),
                shortened(request.getAuthority(), LONGEST_AUTHORITY),
                method == RequestMethod.METHOD_UNSPECIFIED || method == RequestMethod.UNRECOGNIZED ? "" : method.name(),
                shortened(request.getPath(), LONGEST_PATH),
                response.getResponseCode().getValue(),
                grpcStatus(response),
                flags(common.getResponseFlags()),
                shortened(response.getResponseCodeDetails(), LONGEST_DETAILS),
                millis(common.hasDuration() ? common.getDuration() : common.getTimeToLastDownstreamTxByte()),
                request.getRequestBodyBytes(),
                response.getResponseBodyBytes());
        return new Tapped(tapped, edge.source(), edge.destination());
    }

    private static String ip(Address address) {
        return shortened(address.getSocketAddress().getAddress(), LONGEST_ADDRESS);
    }

    /** A sidecar's certificate has one. */
    private static String peerId(AccessLogCommon common) {
        return common.getTlsProperties().getPeerCertificateProperties().getSubjectAltNameList().stream()
                .filter(SubjectAltName::hasUri)
                .map(SubjectAltName::getUri)
                .findFirst()
                .map(uri -> shortened(uri, LONGEST_ID))
                .orElse("");
    }

    private static int grpcStatus(HTTPResponseProperties response) {
        String status = response.getResponseTrailersOrDefault(
                Tap.GRPC_STATUS, response.getResponseHeadersOrDefault(Tap.GRPC_STATUS, ""));
        return status.matches("[0-9]{1,4}") ? Integer.parseInt(status) : Outcome.NOT_GRPC;
    }

    private static List<String> flags(ResponseFlags flags) {
        return flags.getAllFields().keySet().stream()
                .map(FieldDescriptor::getName)
                .map(name -> FLAGS.getOrDefault(name, name))
                .sorted()
                .toList();
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(Math.clamp(time.getSeconds(), 0, LAST_SECOND), time.getNanos());
    }

    private static double millis(Duration duration) {
        // As exact as Envoy is: whole microseconds.
        return duration.getSeconds() * 1000.0 + Math.round(duration.getNanos() / 1000.0) / 1000.0;
    }

    private static String shortened(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }
}
