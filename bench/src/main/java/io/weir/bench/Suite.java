package io.weir.bench;

import io.weir.bench.client.Protocol;
import io.weir.bench.mesh.ClusterMesh;
import io.weir.bench.mesh.FolderMesh;
import io.weir.bench.mesh.Mesh;
import io.weir.bench.mesh.Shape;
import io.weir.bench.server.Contender;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * All parts of the benchmark, one after the other.
 *
 * @param contenders Weir, and mostly one more to compare it with
 * @param shape of the usual mesh
 * @param settings of the usual part
 * @param home for what the servers write
 */
record Suite(
        List<Contender> contenders, Shape shape, Settings settings, int repetitions, Path home, Progress progress) {

    /** Sidecars of the mesh in a folder: a mesh on one machine is small. */
    private static final int CLIENTS_OF_A_FOLDER = 50;

    private static final List<Integer> SERVICES = List.of(100, 500, 1_000, 2_500, 5_000);
    private static final List<Integer> CLIENTS = List.of(100, 300, 1_000, 3_000);
    private static final int FEW_CLIENTS = 100;
    private static final int FEW_CHANGES = 5;
    private static final int STUCK = 50;
    private static final int STUCK_CHANGES = 1_000;

    private static final List<Quantity> WEIGHTS = List.of(
            Quantity.WEIGHT_CPU, Quantity.WEIGHT_P50, Quantity.WEIGHT_P99, Quantity.WEIGHT_LAST, Quantity.WEIGHT_WIRE);

    Suite {
        contenders = List.copyOf(contenders);
    }

    Report run(Set<Part> parts) throws IOException, InterruptedException {
        Report report = Report.empty();
        if (parts.contains(Part.USUAL) || parts.contains(Part.STATE_OF_THE_WORLD) || parts.contains(Part.STUCK)) {
            try (KubeApiServer kube = KubeApiServer.launch()) {
                inOneCluster(parts, cluster(kube, shape), report);
            }
        }
        if (parts.contains(Part.FOLDER)) {
            folder(report);
        }
        if (parts.contains(Part.GROWTH)) {
            for (int services : SERVICES) {
                growth(shape.withServices(services).withClients(FEW_CLIENTS), report);
            }
            for (int clients : CLIENTS) {
                growth(shape.withClients(clients), report);
            }
        }
        return report;
    }

    private ClusterMesh cluster(KubeApiServer kube, Shape size) throws IOException, InterruptedException {
        progress.say("a cluster is filled: " + size);
        return ClusterMesh.create(kube, size);
    }

    private void inOneCluster(Set<Part> parts, Mesh mesh, Report report) throws IOException, InterruptedException {
        Changes changes = new Changes();
        if (parts.contains(Part.USUAL)) {
            report.add(rounds("usual", contenders).run(mesh, changes, settings, repetitions));
        }
        if (parts.contains(Part.STATE_OF_THE_WORLD)) {
            Settings whole = settings.weightsAlone(FEW_CHANGES).by(Protocol.STATE_OF_THE_WORLD);
            List<Readings> readings = rounds("whole", contenders).run(mesh, changes, whole, 1);
            report.add(readings, WEIGHTS, "state of the world");
        }
        if (parts.contains(Part.STUCK)) {
            List<Readings> readings = rounds("stuck", contenders.subList(0, 1))
                    .run(mesh, changes, settings.weightsAlone(1).with(STUCK, STUCK_CHANGES), 1);
            report.add(readings, List.of(Quantity.STUCK_RSS, Quantity.STUCK_P99));
        }
    }

    private void folder(Report report) throws IOException, InterruptedException {
        Shape small = shape.withClients(Math.min(CLIENTS_OF_A_FOLDER, shape.clients()));
        Path folder = Files.createDirectories(home.resolve("folder"));
        List<Readings> readings = rounds("folder", contenders)
                .run(
                        FolderMesh.write(folder.resolve("mesh"), small),
                        new Changes(),
                        settings.weightsAlone(settings.changes()).withEnvoys(settings.envoys()),
                        1);
        List<Quantity> shown = new ArrayList<>(WEIGHTS);
        shown.addAll(List.of(Quantity.READY, Quantity.CONNECT_LAST, Quantity.CONNECT_CPU, Quantity.ENVOYS_WRONG));
        report.add(readings, shown, "folder, " + small.clients() + " clients");
    }

    private void growth(Shape size, Report report) throws IOException, InterruptedException {
        String name = size.clients() + " clients, " + size.services() + " services";
        try (KubeApiServer kube = KubeApiServer.launch()) {
            List<Readings> readings = rounds(
                            "growth-" + size.clients() + "-" + size.services(), contenders.subList(0, 1))
                    .run(cluster(kube, size), new Changes(), settings.weightsAlone(FEW_CHANGES), 1);
            report.add(readings, List.of(Quantity.WEIGHT_CPU, Quantity.WEIGHT_P99), name);
        }
    }

    private Rounds rounds(String part, List<Contender> some) throws IOException {
        return new Rounds(some, Files.createDirectories(home.resolve(part)), progress);
    }
}
