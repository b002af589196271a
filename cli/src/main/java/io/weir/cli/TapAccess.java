package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Whose live requests: those of a mesh on this machine; or of a cluster, where each replica of Weir's telemetry switches the sidecars
 * that are connected to it, and tells what it is sent.
 */
final class TapAccess {

    @Mixin
    private final TelemetrySelection selection = new TelemetrySelection();

    /**
     * Follows live requests; for the caller to close.
     *
     * @throws Failure if there is nobody to ask, or it can't be
     */
    TapFeed tap(TapOptions options, Console console, CommandSpec spec) {
        if (selection.cluster()) {
            KubernetesClient client = selection.open();
            boolean followed = false;
            try {
                TapFeed feed = inCluster(client, options.query(selection.namespace(client, false), spec), console);
                followed = true;
                return feed;
            } finally {
                if (!followed) {
                    client.close();
                }
            }
        }
        AdminClient admin = selection.admin(console, spec);
        return TapFeed.of(List.of(admin.follow(path(options.query(selection.typedNamespace(), spec)))), () -> {});
    }

    private TapFeed inCluster(KubernetesClient client, String query, Console console) {
        ForwardedReplicas replicas = selection.replicas(path(query));
        List<String> addresses = selection.addresses();
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
