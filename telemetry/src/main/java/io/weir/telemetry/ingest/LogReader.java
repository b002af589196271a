package io.weir.telemetry.ingest;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.TCPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties.CertificateProperties;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.weir.smi.wellknown.SentLog;
import io.weir.telemetry.ingest.LogEntry.Judgement;
import io.weir.telemetry.model.Edge.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads entries of Envoy's access logs. Of what they hold, headers other than method, path and authority are left out, and so is a
 * path's query: they may be secrets.
 */
final class LogReader {

    /** What a sidecar's clock may be late. */
    private static final Duration LATE = Duration.ofHours(1);

    private static final int LONGEST_AUTHORITY = 253;
    private static final int LONGEST_PATH = 256;
    private static final int LONGEST_ID = 512;
    private static final String VERIFY_FAILED = "CERTIFICATE_VERIFY_FAILED";
    private static final String HTTP_RBAC = "envoy.filters.http.rbac";
    private static final String NETWORK_RBAC = "envoy.filters.network.rbac";

    private LogReader() {}

    /**
     * What a message says, in its order.
     *
     * @param port whose log it is
     * @param arrived for entries that can't have begun when they say
     */
    static List<LogEntry> read(StreamAccessLogsMessage message, int port, Instant arrived) {
        List<LogEntry> entries = new ArrayList<>();
        message.getHttpLogs().getLogEntryList().forEach(entry -> entries.add(request(entry, port, arrived)));
        message.getTcpLogs().getLogEntryList().forEach(entry -> entries.add(connection(entry, port, arrived)));
        return entries;
    }

    private static LogEntry request(HTTPAccessLogEntry entry, int port, Instant arrived) {
        AccessLogCommon common = entry.getCommonProperties();
        RequestMethod method = entry.getRequest().getRequestMethod();
        return new LogEntry(
                began(common, arrived),
                port,
                Protocol.HTTP,
                peer(common),
                peerId(common),
                false,
                method == RequestMethod.METHOD_UNSPECIFIED || method == RequestMethod.UNRECOGNIZED ? "" : method.name(),
                shortened(entry.getRequest().getAuthority(), LONGEST_AUTHORITY),
                path(entry.getRequest().getPath()),
                entry.getResponse().getResponseCode().getValue(),
                judgement(common, HTTP_RBAC, SentLog.ENFORCED_RESULT),
                judgement(common, HTTP_RBAC, SentLog.SHADOW_RESULT));
    }

    private static LogEntry connection(TCPAccessLogEntry entry, int port, Instant arrived) {
        AccessLogCommon common = entry.getCommonProperties();
        boolean failed = common.getDownstreamTransportFailureReason().contains(VERIFY_FAILED);
        // The network filter leaves no word of what it enforced, but says why it closed.
        boolean denied = failed || common.getConnectionTerminationDetails().startsWith("rbac_access_denied");
        return new LogEntry(
                began(common, arrived),
                port,
                Protocol.TCP,
                peer(common),
                peerId(common),
                failed,
                "",
                "",
                "",
                0,
                denied ? Judgement.DENIED : Judgement.NONE,
                judgement(common, NETWORK_RBAC, SentLog.SHADOW_RESULT));
    }

    private static Instant began(AccessLogCommon common, Instant arrived) {
        Timestamp start = common.getStartTime();
        // A sidecar's clock is no reason to believe that it was yesterday, or is tomorrow.
        Instant began = Instant.ofEpochSecond(Math.clamp(start.getSeconds(), 0, 253_402_300_799L), start.getNanos());
        return began.isAfter(arrived) || began.isBefore(arrived.minus(LATE)) ? arrived : began;
    }

    private static String peer(AccessLogCommon common) {
        return shortened(
                common.getDownstreamDirectRemoteAddress().getSocketAddress().getAddress(), LONGEST_AUTHORITY);
    }

    private static String peerId(AccessLogCommon common) {
        CertificateProperties certificate = common.getTlsProperties().getPeerCertificateProperties();
        List<CertificateProperties.SubjectAltName> names = certificate.getSubjectAltNameList();
        return names.isEmpty() ? "" : shortened(names.getFirst().getUri(), LONGEST_ID);
    }

    /** Under the key alone or with a prefix before it; filters write few keys. */
    private static Judgement judgement(AccessLogCommon common, String filter, String key) {
        Struct metadata = common.getMetadata().getFilterMetadataOrDefault(filter, Struct.getDefaultInstance());
        for (var field : metadata.getFieldsMap().entrySet()) {
            if (field.getKey().endsWith(key)) {
                return of(field.getValue());
            }
        }
        return Judgement.NONE;
    }

    private static Judgement of(Value value) {
        return switch (value.getStringValue()) {
            case SentLog.ALLOWED -> Judgement.ALLOWED;
            case SentLog.DENIED -> Judgement.DENIED;
            default -> Judgement.NONE;
        };
    }

    private static String path(String path) {
        int query = path.indexOf('?');
        return shortened(query < 0 ? path : path.substring(0, query), LONGEST_PATH);
    }

    private static String shortened(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }
}
