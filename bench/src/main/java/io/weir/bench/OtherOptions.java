package io.weir.bench;

import io.weir.bench.client.Target;
import io.weir.bench.server.Cost;
import io.weir.bench.server.Credentials;
import io.weir.bench.server.LocalProcess;
import io.weir.bench.server.NodePattern;
import io.weir.bench.server.OtherServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that name another server than those that this program starts. */
final class OtherOptions {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            description = "Another ADS server, which runs already, to be measured instead: clients connect, and with"
                    + " --change weights change. Of the other options those count that are about clients, changes,"
                    + " repetitions and output. In plaintext, unless --target-ca is given.")
    private @Nullable String target;

    @Option(
            names = "--target-name",
            paramLabel = "NAME",
            description = "The DNS name in its certificate; without, HOST.")
    private @Nullable String name;

    @Option(names = "--target-ca", paramLabel = "FILE", description = "TLS, by these roots (PEM).")
    private @Nullable Path roots;

    @Option(
            names = "--target-token",
            paramLabel = "FILE",
            description = "Bearer tokens, one a line: one for all clients, or one for each.")
    private @Nullable Path tokens;

    @Option(names = "--target-cert", paramLabel = "FILE", description = "The certificate of all clients (PEM).")
    private @Nullable Path chain;

    @Option(names = "--target-key", paramLabel = "FILE", description = "Its private key (PKCS#8, PEM).")
    private @Nullable Path key;

    @Option(
            names = "--target-node",
            paramLabel = "PATTERN",
            description =
                    "The node id of each client. %%d is its number, from 0; %%a is the end of an IPv4 address of its"
                            + " own, 0.1 for the first: sidecar~10.128.%%a~app-%%d.shop~shop.svc.cluster.local.")
    private String node = "bench-%d";

    @Option(names = "--target-cluster", paramLabel = "NAME", description = "The node cluster of all clients.")
    private String cluster = "bench";

    @Option(
            names = "--target-metadata",
            paramLabel = "FILE",
            description = "The node metadata, a JSON object, in which %%d and %%a are replaced too.")
    private @Nullable Path metadata;

    @Option(
            names = "--target-node-in",
            paramLabel = "MESSAGES",
            description = "Where clients say who they are: ${COMPLETION-CANDIDATES}. Some servers, as those on"
                    + " java-control-plane, don't know it any more in the next message.")
    private Target.Nodes nodes = Target.Nodes.FIRST_MESSAGE;

    @Option(
            names = "--target-secrets",
            paramLabel = "NAME",
            split = ",",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "SDS secrets that each client asks for, and waits for; without, none.")
    private List<String> secrets = List.of();

    @Option(
            names = "--change",
            paramLabel = "COMMAND",
            description =
                    "Changes a weight that all clients of --target see: run by sh for each change with a number in"
                            + " the environment variable " + CommandWeights.VARIABLE + ", other each time and from "
                            + CommandWeights.LEAST
                            + " to 1000000, that has to become the weight of something. A client has it when"
                            + " a response has it as a UInt32Value, which weights of routes and of endpoints are. Time begins just"
                            + " before the command is started, so the command's own time counts.")
    private @Nullable String change;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "The process of --target, where it runs on this machine: without, neither CPU nor memory is"
                    + " known.")
    private @Nullable Long pid;

    boolean given() {
        return target != null;
    }

    /**
     * Measures it.
     *
     * @param home for what the command prints
     * @throws ParameterException if options don't go together, or a file is not as it has to be
     */
    Report measure(int clients, int repetitions, Settings settings, Path home, Progress progress)
            throws IOException, InterruptedException {
        OtherServer server;
        try {
            server = server(clients);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        Weights weights =
                change == null ? null : CommandWeights.beginning(Instant.now(), change, home.resolve("change.log"));
        return Report.other(new OtherTrial(server, weights, settings, progress).run(repetitions));
    }

    private OtherServer server(int clients) throws IOException {
        return OtherServer.of(
                OtherServer.Address.of(String.valueOf(target), name),
                new Credentials(roots, tokens, chain, key),
                new NodePattern(node, cluster, metadata == null ? "{}" : Files.readString(metadata)),
                nodes,
                secrets,
                clients,
                cost());
    }

    private Cost cost() {
        if (pid == null) {
            return Cost.UNKNOWN;
        }
        if (ProcessHandle.of(pid).isEmpty()) {
            throw new IllegalArgumentException("there is no process " + pid);
        }
        return new LocalProcess(pid);
    }

    /** Says so if one of the options is given that mean nothing without a target. */
    void refuseWithoutTarget() {
        if (change != null || pid != null || roots != null || tokens != null || chain != null || metadata != null) {
            throw wrong("--change, --pid and --target-* are of no use without --target");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }
}
