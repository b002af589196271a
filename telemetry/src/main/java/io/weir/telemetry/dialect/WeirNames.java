package io.weir.telemetry.dialect;

import java.util.Set;

/** Names of metrics and labels of {@link Dialect#WEIR}, for who writes them and who reads them; docs/prometheus.md explains them. */
public final class WeirNames {

    /** A counter, with {@link #RESPONSE_CODE} and {@link #GRPC_STATUS}. Counters are told with {@link #TOTAL} behind it. */
    public static final String REQUESTS = "weir_requests";

    /** A counter, where there are any. */
    public static final String WOULD_BE_DENIED = "weir_requests_would_be_denied";

    /** A histogram. */
    public static final String DURATION = "weir_request_duration_ms";

    public static final String CONNECTIONS = "weir_tcp_connections";
    public static final String SENT = "weir_tcp_sent_bytes";
    public static final String RECEIVED = "weir_tcp_received_bytes";
    public static final String SILENT = "weir_sidecar_silent";

    public static final String CLOCK = "weir_aggregator_clock_seconds";
    public static final String STARTED = "weir_aggregator_start_time_seconds";
    public static final String TOLD = "weir_aggregator_told_time_seconds";
    public static final String TOLD_BY_ALL = "weir_aggregator_told_by_all_time_seconds";
    public static final String LOST = "weir_aggregator_lost_time_seconds";
    public static final String SILENCES = "weir_aggregator_silences";

    public static final String TOTAL = "_total";

    public static final String REPORTER = "reporter";

    /** Before {@link #NAMESPACE} and those that follow. */
    public static final String SOURCE = "source_";

    public static final String DESTINATION = "destination_";
    public static final String NAMESPACE = "namespace";
    public static final String KIND = "kind";
    public static final String WORKLOAD = "workload";
    public static final String REPLICA_SET = "replicaset";
    public static final String POD = "pod";
    public static final String NODE = "node";
    public static final String SERVICE_ACCOUNT = "service_account";

    public static final String DESTINATION_SERVICE = "destination_service";
    public static final String SPLIT = "split";
    public static final String BACKEND = "backend";
    public static final String PROTOCOL = "protocol";
    public static final String MTLS = "mtls";
    public static final String RESPONSE_CODE = "response_code";
    public static final String GRPC_STATUS = "grpc_status";
    public static final String AGGREGATOR = "aggregator";

    /** Of a histogram's counters. */
    public static final String BUCKET = "le";

    /** Of counters of edges, and of what an aggregator tells of itself: not those that begin with {@link #SOURCE} or {@link #DESTINATION}. */
    private static final Set<String> OTHERS =
            Set.of(REPORTER, SPLIT, BACKEND, PROTOCOL, MTLS, RESPONSE_CODE, GRPC_STATUS, AGGREGATOR, BUCKET);

    private WeirNames() {}

    /** Whether a counter of an edge may have this label, or what an aggregator tells of itself. */
    public static boolean isLabel(String name) {
        return OTHERS.contains(name) || name.startsWith(SOURCE) || name.startsWith(DESTINATION);
    }
}
