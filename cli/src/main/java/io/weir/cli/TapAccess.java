package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import io.weir.smi.wellknown.Sidecar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Whose live requests: those of a mesh on this machine; or of a cluster, where each replica of Weir's telemetry switches the sidecars
 * that are connected to it, and tells what it is sent.
 */
final class TapAccess {

    @Option(
            names = {"-f", "--folder"},
            paramLabel = "FOLDER",
            description = "The folder of manifests that a mesh on this machine runs on; without it a cluster is asked.")
    private @Nullable Path folder;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the mesh of a folder keeps its state (default: a folder of its own under"
                    + " $$XDG_DATA_HOME/weir).")
    private @Nullable Path state;

    @Mixin
    private final ClusterSelection cluster = new ClusterSelection();

    @Option(
            names = "--system-namespace",
            paramLabel = "NAMESPACE",
            defaultValue = Sidecar.SYSTEM_NAMESPACE,
            description = "Where Weir's telemetry runs in the cluster (default: ${DEFAULT-VALUE}).")
    private String systemNamespace = Sidecar.SYSTEM_NAMESPACE;

    @Option(
            names = "--telemetry",
            paramLabel = "ADDRESS:PORT",
            description = "Where a port is forwarded to port " + Sidecar.LOCAL_ADMIN_PORT
                    + " of a pod of Weir's telemetry already; may be given again, for each replica (default: the"
                    + " command forwards one to each).")
    private List<String> addresses = List.of();

    /**
     * Follows live requests; for the caller to close.
     *
     * @throws Failure if there is nobody to ask, or it can't be
     */
    TapFeed tap(TapOptions options, Console console, CommandSpec spec) {
        if (folder == null && state == null) {
            KubernetesClient client = cluster.open();
            boolean followed = false;
            try {
                TapFeed feed = inCluster(client, options.query(cluster.namespace(client), spec), console);
                followed = true;
                return feed;
            } finally {
                if (!followed) {
                    client.close();
                }
            }
        }
        if (cluster.named() || !addresses.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--context, --kubeconfig and --telemetry are for a cluster, -f and --state for a mesh on this"
                            + " machine: choose one");
        }
        AdminClient admin =
                AdminClient.of(new StateOptions(folder == null ? Path.of(".") : folder, state), console.environment());
        return TapFeed.of(List.of(admin.follow(path(options.query(cluster.typedNamespace(), spec)))), () -> {});
    }

    private TapFeed inCluster(KubernetesClient client, String query, Console console) {
        ForwardedReplicas replicas = new ForwardedReplicas(systemNamespace, Sidecar.TELEMETRY_SERVICE, path(query));
        List<String> problems = new ArrayList<>();
        List<Followed> followed =
                addresses.isEmpty() ? replicas.follow(client, problems) : replicas.follow(addresses, problems);
        if (followed.isEmpty()) {
            throw new Failure(
                    "the mesh's telemetry can't be asked: " + String.join("; ", problems),
                    "run weir check; sidecars tell of requests where telemetry.enabled is true; for a mesh on this"
                            + " machine name its folder with -f");
        }
        problems.forEach(problem -> ClusterMesh.aside(console, "some requests may be missing: " + problem));
        return TapFeed.of(followed, client::close);
    }

    private static String path(String query) {
        return "/v1/tap?" + query;
    }
}
