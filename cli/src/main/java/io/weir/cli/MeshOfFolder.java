package io.weir.cli;

import io.weir.cli.output.Console;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose live requests: those of a mesh on this machine. */
final class MeshOfFolder {

    @Option(
            names = {"-f", "--folder"},
            paramLabel = "FOLDER",
            description = "The folder of manifests that the mesh runs on.")
    private @Nullable Path folder;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the mesh of a folder keeps its state (default: a folder of its own under"
                    + " $$XDG_DATA_HOME/weir).")
    private @Nullable Path state;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "The namespace (default: all).")
    private @Nullable String namespace;

    /** Where objects are looked for; null: in all namespaces. */
    @Nullable
    String namespace() {
        return namespace;
    }

    /**
     * Follows live requests; for the caller to close.
     *
     * @param query of {@code /v1/tap}
     * @throws Failure if there is nobody to ask, or it can't be
     */
    TapFeed tap(String query, Console console) {
        if (folder == null && state == null) {
            throw new Failure(
                    "no mesh is named, and this version can't ask a cluster for live requests",
                    "name the folder of a mesh that runs on this machine with -f");
        }
        AdminClient admin =
                AdminClient.of(new StateOptions(folder == null ? Path.of(".") : folder, state), console.environment());
        return TapFeed.of(List.of(admin.follow("/v1/tap?" + query)));
    }
}
