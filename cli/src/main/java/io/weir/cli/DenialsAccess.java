package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.cluster.MeshStatus;
import io.weir.cli.output.Console;
import io.weir.telemetry.TelemetryOff;
import io.weir.telemetry.denial.DenialReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Whose denials: those of a mesh on this machine, or of a cluster, where every replica of its telemetry knows those that it was told. */
final class DenialsAccess {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Mixin
    private final TelemetrySelection selection = new TelemetrySelection();

    /** Where denials are asked for. */
    interface Place extends AutoCloseable {

        /**
         * Asks.
         *
         * @throws Failure if there is nobody to ask, or no answer
         */
        List<DenialReport> ask(Duration since);

        /** As it is named to explain; null for a cluster. */
        @Nullable
        String folder();

        /** Where one of the ends is; null: anywhere. */
        @Nullable
        String namespace();

        @Override
        default void close() {}
    }

    /** For the caller to close. */
    Place open(Console console, boolean all, CommandSpec spec) {
        selection.refuseNamespaceBeside(all, spec);
        if (selection.cluster()) {
            KubernetesClient client = selection.open();
            return new InCluster(client, selection, selection.namespace(client, all), console);
        }
        return new OnThisMachine(
                selection.admin(console, spec),
                selection.onThisMachine(spec).folder().toString(),
                selection.typedNamespace());
    }

    private record OnThisMachine(
            AdminClient admin, String folder, @Nullable String namespace) implements Place {
        @Override
        public List<DenialReport> ask(Duration since) {
            AdminClient.Reply reply = admin.reply("/v1/denials?since=" + since.toSeconds() + "s");
            String next = "look at the output of weir run " + folder;
            return switch (reply.status()) {
                case 200 -> List.of(read(reply.body()));
                case 404 -> throw new Failure("the mesh that runs is of a Weir that keeps no denials", next);
                case TelemetryOff.STATUS ->
                    throw new Failure(reply.body().strip(), "start the mesh again with --telemetry on");
                default ->
                    throw new Failure(
                            "denials were asked for, and the answer was " + reply.status() + ": "
                                    + reply.body().strip(),
                            next);
            };
        }
    }

    private record InCluster(
            KubernetesClient client,
            TelemetrySelection selection,
            @Nullable String namespace,
            Console console) implements Place {
        @Override
        public List<DenialReport> ask(Duration since) {
            List<String> problems = new ArrayList<>();
            ForwardedReplicas replicas = selection.replicas("/v1/denials?since=" + since.toSeconds() + "s");
            List<String> addresses = selection.addresses();
            List<MeshStatus.Answer> answers =
                    addresses.isEmpty() ? replicas.ask(client, problems) : replicas.ask(addresses, problems);
            if (answers.isEmpty()) {
                throw new Failure(
                        "the mesh's telemetry can't be asked: " + String.join("; ", problems),
                        "run weir check; denials are kept where telemetry.enabled is true");
            }
            problems.forEach(problem -> ClusterMesh.aside(console, "some denials may be missing: " + problem));
            return answers.stream().map(answer -> read(answer.body())).toList();
        }

        @Override
        public @Nullable String folder() {
            return null;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static DenialReport read(String body) {
        try {
            return JSON.readValue(body, DenialReport.class);
        } catch (JacksonException e) {
            throw new Failure(
                    "the answer can't be read: " + e.getOriginalMessage(), "use the weir of the mesh's own version");
        }
    }
}
