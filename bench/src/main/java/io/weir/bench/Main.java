package io.weir.bench;

import io.weir.bench.client.Protocol;
import io.weir.bench.mesh.Folders;
import io.weir.bench.mesh.Shape;
import io.weir.bench.server.Contender;
import io.weir.bench.server.JavaControlPlane;
import io.weir.bench.server.Weir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Measures how fast configuration reaches simulated sidecars, and what it costs, for Weir and for"
                + " java-control-plane's own cache, or with --target for any other ADS server.")
final class Main implements Callable<Integer> {

    @Option(names = "--parts", split = ",", description = "What to measure: ${COMPLETION-CANDIDATES}.")
    private List<Part> parts = List.of(Part.values());

    @Option(names = "--services", description = "Services of the mesh.")
    private int services = 500;

    @Option(names = "--endpoints", description = "Endpoints of each.")
    private int endpoints = 2;

    @Option(names = "--namespaces", description = "Namespaces.")
    private int namespaces = 10;

    @Option(names = "--clients", description = "Simulated sidecars.")
    private int clients = 1_000;

    @Option(names = "--visible", description = "Services that each may call, about.")
    private int visible = 100;

    @Option(names = "--protocol", description = "${COMPLETION-CANDIDATES}.")
    private Protocol protocol = Protocol.DELTA;

    @Option(names = "--threads", description = "Threads that all clients share.")
    private int threads = 2;

    @Option(names = "--repetitions", description = "Of each contender.")
    private int repetitions = 5;

    @Option(names = "--spacing", description = "Milliseconds between two changes.")
    private int spacing = 1_000;

    @Option(names = "--alone", description = "Changes of a weight seen by one client.")
    private int changesAlone = 20;

    @Option(names = "--changes", description = "Changes of a weight seen by all.")
    private int changes = 10;

    @Option(
            names = "--envoys",
            description = "Real Envoys of Weir's beside them, each as one of them. In"
                    + " a cluster that takes root and the programs of scripts/pod-tools, for a network each; for"
                    + " others there are none.")
    private int envoys = 3;

    @Option(names = "--churn", description = "Seconds for which an endpoint moves.")
    private int churn = 30;

    @Option(names = "--churn-rate", description = "Moves a second.")
    private int churnRate = 50;

    @Option(names = "--restarts", description = "Restarts of the server.")
    private int restarts = 1;

    @Option(names = "--weir", description = "The weir to measure; without, that of this program's class path.")
    private @Nullable Path weir;

    @Option(names = "--without-baseline", description = "Measure Weir alone.")
    private boolean withoutBaseline;

    @Option(names = "--keep", description = "A folder in which to leave what the servers wrote.")
    private @Nullable Path keep;

    @Option(names = "--out", description = "Where to write the figures as JSON.")
    private @Nullable Path out;

    @Mixin
    private OtherOptions other = new OtherOptions();

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** The exit code: 0 if all was measured, 2 for options that can't be. */
    static int execute(String... args) {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                // scripts/profile has its own, and takes others.
                .setOverwrittenOptionsAllowed(true)
                .execute(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = keep == null ? Files.createTempDirectory("weir-bench") : Files.createDirectories(keep);
        try {
            Report report = measure(home, new Progress(System.err));
            System.out.print(report.table());
            if (out != null) {
                Files.writeString(out, report.json());
            }
            return 0;
        } finally {
            if (keep == null) {
                Folders.delete(home);
            }
        }
    }

    private Report measure(Path home, Progress progress) throws IOException, InterruptedException {
        if (other.given()) {
            return other.measure(clients, repetitions, settings(), home, progress);
        }
        other.refuseWithoutTarget();
        Shape shape = new Shape(services, endpoints, namespaces, clients, visible);
        return new Suite(contenders(), shape, settings(), repetitions, home, progress).run(EnumSet.copyOf(parts));
    }

    private List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(weir == null ? Weir.fromClassPath() : Weir.by(weir.toAbsolutePath()));
        if (!withoutBaseline) {
            contenders.add(new JavaControlPlane());
        }
        return contenders;
    }

    private Settings settings() {
        return new Settings(
                protocol,
                threads,
                Duration.ofMillis(spacing),
                changesAlone,
                changes,
                envoys,
                Duration.ofSeconds(churn),
                churnRate,
                restarts,
                0,
                0);
    }
}
