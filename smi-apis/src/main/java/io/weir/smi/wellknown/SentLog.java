package io.weir.smi.wellknown;

/**
 * What a sidecar sends by Envoy's access log service: the names that its configuration writes and that the receiver reads.
 * The metadata is that of Envoy's RBAC filters.
 */
public final class SentLog {

    /** Metadata key: whether the rules in force let it pass; of {@link #ALLOWED} and {@link #DENIED}. */
    public static final String ENFORCED_RESULT = "enforced_engine_result";

    /** Metadata key: whether the rules that are tried out would; there may be a prefix. */
    public static final String SHADOW_RESULT = "shadow_engine_result";

    /** It passes. */
    public static final String ALLOWED = "allowed";

    /** It doesn't. */
    public static final String DENIED = "denied";

    private static final String NAME = "inbound/";

    private SentLog() {}

    /** The log of a port: {@code inbound/8080}. */
    public static String name(int port) {
        return NAME + port;
    }

    /** The port of a log; -1 for a log of somebody else's. */
    public static int port(String name) {
        String number = name.startsWith(NAME) ? name.substring(NAME.length()) : "";
        int port = number.matches("[0-9]{1,5}") ? Integer.parseInt(number) : -1;
        return port <= 65_535 ? port : -1;
    }
}
