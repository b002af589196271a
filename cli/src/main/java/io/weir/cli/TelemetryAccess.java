package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.telemetry.report.EdgeReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Whose edges: those of a mesh on this machine; and how they are asked for. */
final class TelemetryAccess {

    private static final JsonMapper JSON = JsonMapper.builder().build();

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

        /**
         * Follows live requests; for the caller to close.
         *
         * @param query of {@code /v1/tap}
         * @throws Failure if there is nobody to ask, or it can't be
         */
        TapFeed tap(String query);

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
        if (all && namespace != null) {
            throw new ParameterException(spec.commandLine(), "-n names one namespace, and -A all: choose one");
        }
        if (folder == null && state == null) {
            throw new Failure(
                    "no mesh is named, and this version can't ask a cluster for its edges",
                    "name the folder of a mesh that runs on this machine with -f");
        }
        AdminClient admin =
                AdminClient.of(new StateOptions(folder == null ? Path.of(".") : folder, state), console.environment());
        return new OnThisMachine(admin, namespace);
    }

    /** By the admin API of the mesh. */
    record OnThisMachine(AdminClient admin, @Nullable String namespace) implements Place {

        @Override
        public Told ask(Duration window) {
            AdminClient.Reply reply = admin.reply("/v1/edges?t=" + window.toSeconds() + "s");
            return told(reply.status(), reply.body(), "look at the output of weir run " + admin.folder());
        }

        @Override
        public TapFeed tap(String query) {
            return TapFeed.of(List.of(admin.follow("/v1/tap?" + query)));
        }
    }

    /** @param next what to do about an answer that is none */
    private static Told told(int status, String body, String next) {
        try {
            return switch (status) {
                case 200 -> new Told.Report(JSON.readValue(body, EdgeReport.class));
                case 503 -> new Told.NotYet(JSON.readValue(body, EdgeReport.Incomplete.class));
                case 404 -> throw new Failure("the mesh that runs is of a Weir that does not count edges", next);
                default ->
                    throw new Failure("edges were asked for, and the answer was " + status + ": " + body.strip(), next);
            };
        } catch (JacksonException e) {
            throw new Failure(
                    "the answer can't be read: " + e.getOriginalMessage(), "run the weir that started the mesh");
        }
    }
}
