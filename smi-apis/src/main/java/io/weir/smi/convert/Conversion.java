package io.weir.smi.convert;

import io.weir.smi.SmiKind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converts SMI objects between their released versions.
 *
 * <p>Every pair of versions goes through the hub version. A bit that the target version cannot say is written into
 * one annotation, and read back and removed when the object returns. A value that depends on fields which were edited
 * meanwhile is dropped instead. Malformed fields are copied as they are: a conversion that fails breaks every list of
 * that kind, so only validation may refuse.
 */
public final class Conversion {

    /** The domain of all annotations below. */
    public static final String DOMAIN = "conv.weir.io/";

    /** TrafficTarget, on the hub: the {@code destination.port} of v1alpha1 and v1alpha2 as a number; enforced (S17). */
    public static final String DESTINATION_PORT = DOMAIN + "destination-port";

    /** TrafficTarget, on the hub: {@code sources[].port} of v1alpha1 and v1alpha2; has no effect. */
    public static final String SOURCE_PORTS = DOMAIN + "source-ports";

    /** TrafficTarget, on v1alpha1 and v1alpha2: rules of kind UDPRoute with their places. */
    public static final String UDP_RULES = DOMAIN + "udp-rules";

    /** TCPRoute, on v1alpha1 to v1alpha3: the ports. */
    public static final String PORTS = DOMAIN + "ports";

    /** HTTPRouteGroup and TCPRoute, on versions without {@code spec}: a spec of an unusual shape, whole. */
    public static final String SPEC = DOMAIN + "spec";

    /** TrafficSplit, on v1alpha1 and v1alpha2: {@code spec.matches}. */
    public static final String MATCHES = DOMAIN + "matches";

    /** TrafficSplit, on the hub: the quantities of v1alpha1, where plain integers would not give them back. */
    public static final String WEIGHTS = DOMAIN + "v1alpha1-weights";

    private Conversion() {}

    /**
     * The same object in another version.
     *
     * @param object of a released version; not changed
     * @param toApiVersion group and version, such as {@code split.smi-spec.io/v1alpha2}
     * @throws IllegalArgumentException if the object is no SMI object of a released version, or has no such version
     */
    public static ObjectNode convert(ObjectNode object, String toApiVersion) {
        String fromApiVersion = text(object.get("apiVersion"));
        String kindName = text(object.get("kind"));
        SmiKind kind = SmiKind.of(fromApiVersion, kindName);
        if (kind == null || SmiKind.of(toApiVersion, kindName) != kind) {
            throw new IllegalArgumentException(
                    "no conversion of " + kindName + " from " + fromApiVersion + " to " + toApiVersion);
        }
        ObjectNode converted = object.deepCopy();
        if (fromApiVersion.equals(toApiVersion)) {
            return converted;
        }
        Spoke spoke = spokeOf(kind);
        String from = SmiKind.versionOf(fromApiVersion);
        String to = SmiKind.versionOf(toApiVersion);
        if (!from.equals(kind.hubVersion())) {
            spoke.toHub(converted, from);
        }
        if (!to.equals(kind.hubVersion())) {
            spoke.fromHub(converted, to);
        }
        return converted.put("apiVersion", toApiVersion);
    }

    private static Spoke spokeOf(SmiKind kind) {
        return switch (kind) {
            case TRAFFIC_TARGET -> new TrafficTargets();
            case HTTP_ROUTE_GROUP -> new HttpRouteGroups();
            case TCP_ROUTE -> new TcpRoutes();
            case UDP_ROUTE -> throw new IllegalStateException("UDPRoute has one version");
            case TRAFFIC_SPLIT -> new TrafficSplits();
        };
    }

    private static String text(@Nullable JsonNode node) {
        return node != null && node.isString() ? node.stringValue() : "";
    }
}
