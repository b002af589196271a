package io.weir.smi.wellknown;

/**
 * How live requests are told of: each sidecar with telemetry has an access logger for them, which logs while a value of Envoy's
 * runtime is not zero. The names that the sidecar's configuration writes and that telemetry reads.
 */
public final class Tap {

    /** The runtime layer that the bootstrap asks for by RTDS, at the cluster that it pushes to. */
    public static final String LAYER = "weir-tap";

    /** The runtime key: how many requests of a hundred are logged, 0 without the layer. */
    public static final String PERCENT = "weir.tap.percent";

    /** The log's name of requests that the sidecar's app sends. */
    public static final String SOURCE_LOG = "weir.tap.source";

    /** The log's name of requests that arrive. */
    public static final String DESTINATION_LOG = "weir.tap.destination";

    /** The response header or trailer that says how a gRPC call ended. */
    public static final String GRPC_STATUS = "grpc-status";

    private Tap() {}
}
