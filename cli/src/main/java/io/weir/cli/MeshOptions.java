package io.weir.cli;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
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

    MeshSettings settings() {
        return new MeshSettings(trustDomain, MeshSettings.defaults().clusterDomain(), mode);
    }
}
