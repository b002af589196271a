package io.weir.bench.server;

import io.weir.bench.client.Target;
import io.weir.bench.client.Who;
import io.weir.bench.mesh.ClusterMesh;
import io.weir.bench.mesh.FolderMesh;
import io.weir.bench.mesh.Mesh;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The {@link Baseline}. It knows a proxy by its node alone, so its clients send it in every message. */
public final class JavaControlPlane implements Contender {

    private final boolean tls;

    public JavaControlPlane() {
        this(true);
    }

    private JavaControlPlane(boolean tls) {
        this.tls = tls;
    }

    /** One that does without TLS. */
    public static JavaControlPlane inPlaintext() {
        return new JavaControlPlane(false);
    }

    @Override
    public String name() {
        return "baseline";
    }

    @Override
    public Serving start(Mesh mesh, Path home) throws IOException, InterruptedException {
        Path state = home.resolve("state");
        Path port = state.resolve(Baseline.PORT);
        Files.createDirectories(home);
        String wanted = Files.exists(port) ? Files.readString(port) : "0";
        Files.deleteIfExists(port);
        String source = switch (mesh) {
            case FolderMesh folder -> folder.folder().toString();
            case ClusterMesh cluster ->
                ClusterHome.of(cluster, home).kubeconfig().toString();
        };
        List<String> arguments = new ArrayList<>(List.of(source, state.toString(), wanted));
        if (!tls) {
            arguments.add(Baseline.PLAINTEXT);
        }
        long started = System.nanoTime();
        ServerProcess process =
                ServerProcess.start(Jvm.command(home, Baseline.class, arguments), Jvm.ENVIRONMENT, home);
        try {
            Readiness.await(process, () -> Files.exists(port));
            double seconds = (System.nanoTime() - started) / 1e9;
            Target target = Clients.target(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(Files.readString(port))),
                    tls ? state.resolve("trust/roots.pem") : null,
                    Target.Nodes.EVERY_MESSAGE);
            List<Who> clients = IntStream.range(0, mesh.shape().clients())
                    .mapToObj(client -> Clients.who(mesh.shape().client(client), null))
                    .toList();
            return new Serving(process, target, clients, seconds, null);
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }
}
