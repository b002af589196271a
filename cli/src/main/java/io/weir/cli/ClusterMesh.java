package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.cluster.MeshStatus;
import io.weir.cli.output.Console;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.kubernetes.ClusterSnapshot;
import io.weir.controlplane.source.kubernetes.ClusterSnapshot.Refused;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * The mesh of a cluster as its control plane computes it, from objects that are read with the caller's rights.
 *
 * @param offline what follows from the objects
 * @param status what the control plane says of itself and of the sidecars
 */
record ClusterMesh(Offline offline, MeshStatus status) {

    /** Without these there are less exact names and fewer findings, and no wrong ones. */
    private static final Set<String> DISPENSABLE = Set.of("ServiceAccount", "ReplicaSet");

    /** "There is no such ServiceAccount": not to be said by who has not seen all of them. */
    private static final String NO_ACCOUNT = "WEIR218";

    /** How much must be read. */
    enum Extent {
        /** All namespaces, since what is asked for follows from all of them. */
        EVERYWHERE,
        /** Those that are asked about, where the caller may not read more. */
        NAMESPACES
    }

    /**
     * Reads the objects, and asks the control plane what holds for the mesh.
     *
     * @param namespaces what is asked about
     * @param options what the user says holds
     * @throws Failure if a kind that matters can't be read
     */
    static ClusterMesh read(
            KubernetesClient client,
            SortedSet<String> namespaces,
            Extent extent,
            MeshOptions options,
            MeshStatus status,
            Console console) {
        ClusterSnapshot snapshot = snapshot(client, namespaces);
        refuse(snapshot, extent);
        MeshSettings settings = options.settings(status.settings());
        if (status.settings() == null && !options.complete()) {
            aside(
                    console,
                    "the control plane could not be asked what holds for the mesh ("
                            + String.join("; ", status.problems()) + "), so it is taken as "
                            + options.assumed(settings));
        }
        tell(snapshot, console);
        Offline built = Offline.of(snapshot.state(), settings);
        boolean nobodyCollects = status.settings() != null
                && Boolean.FALSE.equals(status.settings().tracesCollected());
        Offline read = nobodyCollects ? built : built.unsureOfTraces();
        boolean allAccounts = !snapshot.narrowed().contains("ServiceAccount")
                && snapshot.refused().stream()
                        .noneMatch(refused -> refused.kind().equals("ServiceAccount"));
        List<Diagnostic> diagnostics = read.diagnostics().stream()
                .filter(finding -> allAccounts || !finding.code().equals(NO_ACCOUNT))
                .toList();
        return new ClusterMesh(new Offline(read.state(), read.model(), diagnostics), status);
    }

    private static ClusterSnapshot snapshot(KubernetesClient client, SortedSet<String> namespaces) {
        try {
            return ClusterSnapshot.read(client, namespaces);
        } catch (IOException | KubernetesClientException e) {
            throw ClusterClient.unreachable(e);
        }
    }

    /** An empty list would be an answer as well, and a wrong one. */
    private static void refuse(ClusterSnapshot snapshot, Extent extent) {
        List<Refused> missing = snapshot.refused().stream()
                .filter(refused -> !DISPENSABLE.contains(refused.kind()))
                .toList();
        if (!missing.isEmpty()) {
            throw new Failure(
                    "you may not read "
                            + kinds(missing.stream().map(Refused::kind).toList()) + ", on which the answer depends: "
                            + missing.getFirst().reason(),
                    "ask for the rights to list them, or name a namespace with -n where you have them");
        }
        List<String> partly = snapshot.narrowed().stream()
                .filter(kind -> !DISPENSABLE.contains(kind))
                .toList();
        if (extent == Extent.EVERYWHERE && !partly.isEmpty()) {
            throw new Failure(
                    "you may not read " + kinds(partly) + " of all namespaces, on which the answer depends",
                    "ask for the rights to list them in the whole cluster");
        }
    }

    private static void tell(ClusterSnapshot snapshot, Console console) {
        if (!snapshot.absent().isEmpty()) {
            aside(
                    console,
                    kinds(List.copyOf(snapshot.absent())) + " of SMI: not installed in this cluster; weir crds apply"
                            + " installs them");
        }
        for (Refused refused : snapshot.refused()) {
            aside(console, "not read: " + kinds(List.of(refused.kind())) + ": " + refused.reason());
        }
        if (!snapshot.narrowed().isEmpty()) {
            aside(
                    console,
                    "read in "
                            + String.join(", ", snapshot.state().namespaces().keySet())
                            + " alone: " + kinds(List.copyOf(snapshot.narrowed())));
        }
    }

    static void aside(Console console, String text) {
        console.err().println(console.style().warn("!") + " " + text);
    }

    private static String kinds(List<String> kinds) {
        return kinds.stream().map(kind -> kind + "s").collect(Collectors.joining(", "));
    }

    ClusterState state() {
        return offline.state();
    }

    MeshModel model() {
        return offline.model();
    }
}
