package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import io.weir.smi.wellknown.Sidecar;
import io.weir.telemetry.TelemetryOff;
import io.weir.telemetry.report.EdgeReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Whose edges: those of a mesh on this machine, or of a cluster; and how they are asked for. */
final class TelemetryAccess {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Mixin
    private final TelemetrySelection selection = new TelemetrySelection();

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
        selection.refuseNamespaceBeside(all, spec);
        if (selection.cluster()) {
            KubernetesClient client = selection.open();
            return new InCluster(client, selection, selection.namespace(client, all));
        }
        return new OnThisMachine(selection.admin(console, spec), selection.typedNamespace());
    }

    /** By a replica of the telemetry program: any of them answers for the whole mesh. */
    private record InCluster(
            KubernetesClient client,
            TelemetrySelection selection,
            @Nullable String namespace) implements Place {

        @Override
        public Told ask(Duration window) {
            ForwardedReplicas replicas = selection.replicas("/v1/edges?t=" + window.toSeconds() + "s");
            List<String> addresses = selection.addresses();
            List<String> problems = new ArrayList<>();
            ForwardedReplicas.Reply reply =
                    addresses.isEmpty() ? replicas.first(client, problems) : replicas.first(addresses, problems);
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
