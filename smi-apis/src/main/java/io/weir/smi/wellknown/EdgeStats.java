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

    /** Counter, at the destination: requests that passed and that deny mode would have refused; among {@link #REQUESTS} as well. */
    public static final String WOULD_BE_DENIED = "requests_would_be_denied";

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

    /**
     * Tag at the source: the Envoy cluster that was taken, {@code outbound/shop/web-v1/8080}, or {@code direct/shop/db/5432} of
     * a headless Service; empty or a dash for none.
     */
    public static final String CLUSTER = "cluster";

    /** Tag at the destination: the port of the workload. */
    public static final String PORT = "port";

    /** The port of what arrives at none that a workload or a Service declares. */
    public static final int UNDECLARED_PORT = 0;

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

    /**
     * After how many seconds without a change, and at most twice as many, a sidecar forgets a statistic. It is missing in the
     * pushes that follow, and begins at zero if it comes back.
     */
    public static final int EVICTION_SECONDS = 600;

    /** How often a sidecar pushes. */
    public static final int PUSH_SECONDS = 5;

    private EdgeStats() {}
}
