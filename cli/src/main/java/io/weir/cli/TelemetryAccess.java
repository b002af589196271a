package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import io.weir.smi.wellknown.Sidecar;
import io.weir.telemetry.TelemetryOff;
import io.weir.telemetry.report.EdgeReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Whose edges: those of a mesh on this machine, or of a cluster; and how they are asked for. */
final class TelemetryAccess {

    private static final JsonMapper JSON = JsonMapper.builder().build();

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
                    + " of a pod of Weir's telemetry already (default: the command forwards one).")
    private @Nullable String address;

    /** What is told of a window. */
    sealed interface Told {

        /** All of it. */
        record Report(EdgeReport report) implements Told {}

        /** A part of it is not known yet. */
        record NotYet(EdgeReport.Incomplete why) implements Told {}
    }

    /** Where it is asked for. */
    interface Place extends AutoCloseable {

        /**
         * Asks.
         *
         * @throws Failure if there is nobody to ask, or no answer
         */
        Told ask(Duration window);

        /** Where objects are looked for; null: in all namespaces. */
        @Nullable
        String namespace();

        @Override
        default void close() {}
    }

    /**
     * For the caller to close.
     *
     * @param all whether all namespaces were asked for
     */
    Place open(Console console, boolean all, CommandSpec spec) {
        String typed = cluster.typedNamespace();
        if (all && typed != null) {
            throw new ParameterException(spec.commandLine(), "-n names one namespace, and -A all: choose one");
        }
        if (folder == null && state == null) {
            KubernetesClient client = cluster.open();
            return new InCluster(client, systemNamespace, address, all ? null : cluster.namespace(client));
        }
        if (cluster.named() || address != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--context, --kubeconfig and --telemetry are for a cluster, -f and --state for a mesh on this"
                            + " machine: choose one");
        }
        AdminClient admin =
                AdminClient.of(new StateOptions(folder == null ? Path.of(".") : folder, state), console.environment());
        return new OnThisMachine(admin, typed);
    }

    /**
     * By a replica of the telemetry program: any of them answers for the whole mesh.
     *
     * @param address where a port is forwarded to one; null: to be forwarded
     */
    private record InCluster(
            KubernetesClient client,
            String systemNamespace,
            @Nullable String address,
            @Nullable String namespace) implements Place {

        @Override
        public Told ask(Duration window) {
            ForwardedReplicas replicas = new ForwardedReplicas(
                    systemNamespace, Sidecar.TELEMETRY_SERVICE, "/v1/edges?t=" + window.toSeconds() + "s");
            List<String> problems = new ArrayList<>();
            ForwardedReplicas.Reply reply =
                    address == null ? replicas.first(client, problems) : replicas.first(List.of(address), problems);
            if (reply == null) {
                throw new Failure(
                        "the mesh's telemetry can't be asked: " + String.join("; ", problems),
                        "run weir check; sidecars count where telemetry.enabled is true; for a mesh on this machine"
                                + " name its folder with -f");
            }
            return told(reply.status(), reply.body(), "see the log of the pods of " + Sidecar.TELEMETRY_SERVICE);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** By the admin API of the mesh. */
    record OnThisMachine(AdminClient admin, @Nullable String namespace) implements Place {

        @Override
        public Told ask(Duration window) {
            AdminClient.Reply reply = admin.reply("/v1/edges?t=" + window.toSeconds() + "s");
            return told(reply.status(), reply.body(), "look at the output of weir run " + admin.folder());
        }
    }

    /** @param next what to do about an answer that is none */
    private static Told told(int status, String body, String next) {
        try {
            return switch (status) {
                case 200 -> new Told.Report(JSON.readValue(body, EdgeReport.class));
                case 503 -> new Told.NotYet(JSON.readValue(body, EdgeReport.Incomplete.class));
                case TelemetryOff.STATUS -> throw new Failure(body.strip(), "start the mesh again with --telemetry on");
                case 404 -> throw new Failure("the mesh that runs is of a Weir that does not count edges", next);
                default ->
                    throw new Failure("edges were asked for, and the answer was " + status + ": " + body.strip(), next);
            };
        } catch (JacksonException e) {
            throw new Failure(
                    "the answer can't be read: " + e.getOriginalMessage(), "use the weir of the mesh's own version");
        }
    }
}
