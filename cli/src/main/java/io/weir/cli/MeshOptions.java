package io.weir.cli;

import io.weir.cli.cluster.MeshStatus;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PathMatch;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What holds for the whole mesh. */
final class MeshOptions {

    @Option(
            names = "--mode",
            paramLabel = "deny|permissive",
            description = "How workloads treat callers that no TrafficTarget names, in namespaces that say nothing"
                    + " themselves (default: deny; in a cluster, as its control plane says).")
    private @Nullable Mode mode;

    @Option(
            names = "--trust-domain",
            paramLabel = "NAME",
            converter = TrustDomainText.class,
            description = "SPIFFE trust domain (default: cluster.local; in a cluster, as its control plane says).")
    private @Nullable String trustDomain;

    @Option(
            names = "--path-match",
            paramLabel = "prefix|full",
            description =
                    "How much of a path a pathRegex must match: its start, as SMI says, or all of it, as some meshes"
                            + " read it (default: prefix; in a cluster, as its control plane says).")
    private @Nullable PathMatch pathMatch;

    /** Of a mesh on this machine. */
    MeshSettings settings() {
        MeshSettings defaults = MeshSettings.defaults();
        return new MeshSettings(
                Objects.requireNonNullElse(trustDomain, defaults.trustDomain()),
                defaults.clusterDomain(),
                Objects.requireNonNullElse(mode, defaults.mode()),
                Objects.requireNonNullElse(pathMatch, defaults.pathMatch()));
    }

    /**
     * Of a mesh in a cluster.
     *
     * @param said what its control plane says; null if it could not be asked: then as one that was installed without a word
     */
    MeshSettings settings(MeshStatus.@Nullable Settings said) {
        MeshStatus.Settings known = said == null
                ? new MeshStatus.Settings("cluster.local", "cluster.local", "permissive", "prefix", false, null)
                : said;
        return new MeshSettings(
                Objects.requireNonNullElse(trustDomain, known.trustDomain()),
                known.clusterDomain(),
                mode == null ? Mode.valueOf(known.mode().toUpperCase(Locale.ROOT)) : mode,
                pathMatch == null ? PathMatch.valueOf(known.pathMatch().toUpperCase(Locale.ROOT)) : pathMatch,
                known.namespacesMayLoosen() ? MeshSettings.Loosening.ALLOWED : MeshSettings.Loosening.REFUSED);
    }

    /** Whether nothing has to be asked. */
    boolean complete() {
        return mode != null && trustDomain != null && pathMatch != null;
    }

    /** What is taken for granted, and how to say otherwise. */
    String assumed(MeshSettings settings) {
        return settings.mode().name().toLowerCase(Locale.ROOT) + ", trust domain " + settings.trustDomain()
                + ", path match " + settings.pathMatch().name().toLowerCase(Locale.ROOT)
                + "; --mode, --trust-domain and --path-match say otherwise";
    }
}
