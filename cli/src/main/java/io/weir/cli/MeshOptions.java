package io.weir.cli;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PathMatch;
import picocli.CommandLine.Option;

/** What holds for the whole mesh. */
final class MeshOptions {

    @Option(
            names = "--mode",
            paramLabel = "deny|permissive",
            defaultValue = "deny",
            description = "How workloads treat callers that no TrafficTarget names, in namespaces that say nothing"
                    + " themselves (default: ${DEFAULT-VALUE}).")
    private Mode mode = Mode.DENY;

    @Option(
            names = "--trust-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            converter = TrustDomainText.class,
            description = "SPIFFE trust domain (default: ${DEFAULT-VALUE}).")
    private String trustDomain = "cluster.local";

    @Option(
            names = "--path-match",
            paramLabel = "prefix|full",
            defaultValue = "prefix",
            description =
                    "How much of a path a pathRegex must match: its start, as SMI says, or all of it, as some meshes"
                            + " read it (default: ${DEFAULT-VALUE}).")
    private PathMatch pathMatch = PathMatch.PREFIX;

    MeshSettings settings() {
        return new MeshSettings(trustDomain, MeshSettings.defaults().clusterDomain(), mode, pathMatch);
    }
}
