package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import io.weir.smi.wellknown.Sidecar;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Whose telemetry is asked: that of a mesh on this machine, or of a cluster. */
final class TelemetrySelection {

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
                    + " command forwards what it needs).")
    private List<String> addresses = List.of();

    /** Whether a cluster is asked. */
    boolean cluster() {
        return folder == null && state == null;
    }

    /** For the caller to close. */
    KubernetesClient open() {
        return cluster.open();
    }

    /**
     * Where in a cluster objects are looked for.
     *
     * @param all whether all namespaces were asked for
     * @return null for all
     */
    @Nullable
    String namespace(KubernetesClient client, boolean all) {
        return all ? null : cluster.namespace(client);
    }

    /** As typed; null if it was not, which on this machine is all. */
    @Nullable
    String typedNamespace() {
        return cluster.typedNamespace();
    }

    /** Refuses a namespace beside all of them. */
    void refuseNamespaceBeside(boolean all, CommandSpec spec) {
        if (all && typedNamespace() != null) {
            throw new ParameterException(spec.commandLine(), "-n names one namespace, and -A all: choose one");
        }
    }

    /** Ports that are forwarded to replicas already; empty: none is. */
    List<String> addresses() {
        return addresses;
    }

    /** The replicas of the telemetry program, asked for a path with its query. */
    ForwardedReplicas replicas(String path) {
        return new ForwardedReplicas(systemNamespace, Sidecar.TELEMETRY_SERVICE, path);
    }

    /**
     * The folder and state of the mesh on this machine.
     *
     * @throws ParameterException if a cluster was named beside it
     */
    StateOptions onThisMachine(CommandSpec spec) {
        if (cluster.named() || !addresses.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--context, --kubeconfig and --telemetry are for a cluster, -f and --state for a mesh on this"
                            + " machine: choose one");
        }
        return new StateOptions(folder == null ? Path.of(".") : folder, state);
    }

    /** Its admin API. */
    AdminClient admin(Console console, CommandSpec spec) {
        return AdminClient.of(onThisMachine(spec), console.environment());
    }
}
