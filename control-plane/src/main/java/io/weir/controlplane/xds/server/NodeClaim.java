package io.weir.controlplane.xds.server;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.weir.controlplane.model.WorkloadKey;
import java.util.regex.Pattern;

/**
 * What a proxy says of itself. It is never believed: an id of our own form that names another workload is a proxy set up
 * with somebody else's credential, or an attempt to be served as somebody else.
 *
 * @param id empty as long as none was given
 * @param envoyVersion empty if unknown
 */
record NodeClaim(String id, String envoyVersion) {

    static final NodeClaim NONE = new NodeClaim("", "");

    private static final String LABEL = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";
    private static final Pattern WORKLOAD = Pattern.compile(LABEL + "/" + LABEL);

    static NodeClaim of(Node node) {
        SemanticVersion version = node.getUserAgentBuildVersion().getVersion();
        String numbers = version.getMajorNumber() + "." + version.getMinorNumber() + "." + version.getPatch();
        boolean told = node.getUserAgentBuildVersion().hasVersion();
        return new NodeClaim(node.getId(), told ? numbers : "");
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
                id.isEmpty() ? earlier.id : id, envoyVersion.isEmpty() ? earlier.envoyVersion : envoyVersion);
    }
}
