package io.weir.controlplane.xds.server;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.Sidecar;
import java.util.regex.Pattern;

/**
 * What a proxy says of itself. It is never believed: an id of our own form that names another workload is a proxy set up
 * with somebody else's credential, or an attempt to be served as somebody else.
 *
 * @param id empty as long as none was given
 * @param envoyVersion empty if unknown
 * @param telemetry what it can be told to report
 */
public record NodeClaim(String id, String envoyVersion, Telemetry telemetry) {

    static final NodeClaim NONE = new NodeClaim("", "", Telemetry.UNAVAILABLE);

    private static final String STATS_LOGGER = "envoy.extensions.access_loggers.stats.v3.Config";
    private static final Value NO = Value.newBuilder().setBoolValue(false).build();
    private static final String LABEL = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";
    private static final Pattern WORKLOAD = Pattern.compile(LABEL + "/" + LABEL);

    /** What the node of a request, or of a report, says. */
    public static NodeClaim of(Node node) {
        SemanticVersion version = node.getUserAgentBuildVersion().getVersion();
        String numbers = version.getMajorNumber() + "." + version.getMinorNumber() + "." + version.getPatch();
        boolean told = node.getUserAgentBuildVersion().hasVersion();
        return new NodeClaim(node.getId(), told ? numbers : "", telemetry(node, version));
    }

    /**
     * One whose bootstrap names nowhere to report to does not say {@link Sidecar#TELEMETRY_METADATA}: an Envoy refuses
     * a logger that is to send to a cluster it doesn't have. The extension alone is no proof that it counts: before 1.39 it
     * took another form of configuration, without limits.
     */
    private static Telemetry telemetry(Node node, SemanticVersion version) {
        if (!node.getMetadata()
                .getFieldsOrDefault(Sidecar.TELEMETRY_METADATA, NO)
                .getBoolValue()) {
            return Telemetry.UNAVAILABLE;
        }
        boolean young = version.getMajorNumber() * 1000 + version.getMinorNumber() >= 1039;
        boolean counts = node.getExtensionsList().stream()
                .anyMatch(extension -> extension.getTypeUrlsList().contains(STATS_LOGGER));
        return young && counts ? Telemetry.EDGES : Telemetry.DENIALS;
    }

    boolean namesAnother(WorkloadKey proven) {
        return WORKLOAD.matcher(id).matches() && !id.equals(proven.toString());
    }

    boolean contradicts(NodeClaim earlier) {
        return !id.isEmpty() && !earlier.id.isEmpty() && !id.equals(earlier.id);
    }

    /** Later messages of a stream may leave the node out. */
    NodeClaim orElse(NodeClaim earlier) {
        return new NodeClaim(
                id.isEmpty() ? earlier.id : id,
                envoyVersion.isEmpty() ? earlier.envoyVersion : envoyVersion,
                telemetry == Telemetry.UNAVAILABLE ? earlier.telemetry : telemetry);
    }
}
