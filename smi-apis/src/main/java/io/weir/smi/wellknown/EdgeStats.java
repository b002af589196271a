package io.weir.smi.wellknown;

import java.util.List;

/**
 * What a sidecar counts for telemetry, by Envoy's stats access logger (since 1.37): the names that its configuration writes and
 * that the aggregator reads. Every statistic carries every tag that fits its side.
 */
public final class EdgeStats {

    /** Before every name, with a dot; the bootstrap's statistics matcher lets it through. */
    public static final String PREFIX = "weir_edge";

    /** Counter: HTTP and gRPC requests that have ended. */
    public static final String REQUESTS = "requests";

    /** Histogram: milliseconds from the first byte of a request to the last of its response. */
    public static final String DURATION_MS = "duration_ms";

    /** Counter: TCP connections that have ended. */
    public static final String CONNECTIONS = "tcp_connections";

    /** Counter: bytes from the source to the destination of ended TCP connections. */
    public static final String SENT_BYTES = "tcp_sent_bytes";

    /** Counter: bytes back. */
    public static final String RECEIVED_BYTES = "tcp_received_bytes";

    /** Tag: {@code source} or {@code destination}: which end counts. */
    public static final String REPORTER = "reporter";

    /** Tag at the source: the service port that was called, {@code shop/web/8080}. */
    public static final String SERVICE = "service";

    /** Tag at the source: the Envoy cluster that was taken, {@code outbound/shop/web-v1/8080}; empty or a dash for none. */
    public static final String CLUSTER = "cluster";

    /** Tag at the destination: the port of the workload. */
    public static final String PORT = "port";

    /** Tag: the address of the other end, without a port; empty or a dash for none. */
    public static final String PEER = "peer";

    /** Tag: the SPIFFE ID that the other end proved; empty or a dash without mutual TLS. */
    public static final String PEER_ID = "peer_id";

    /** Tag of {@link #REQUESTS}: the response's code, 0 if there was none. */
    public static final String CODE = "code";

    /** Tag of {@link #REQUESTS}: the gRPC status as a number; empty or a dash where it isn't gRPC. */
    public static final String GRPC_STATUS = "grpc_status";

    /** Upper bounds of the histogram's buckets, in milliseconds. */
    public static final List<Integer> LATENCY_BUCKETS_MS = List.of(
            1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10000,
            30000, 60000);

    /** How often a sidecar pushes. */
    public static final int PUSH_SECONDS = 5;

    private EdgeStats() {}
}
