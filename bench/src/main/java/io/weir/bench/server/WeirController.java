package io.weir.bench.server;

import io.weir.bench.client.Target;
import io.weir.bench.client.Who;
import io.weir.bench.mesh.ClusterMesh;
import io.weir.testing.pods.PodNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One {@code weir controller}. */
record WeirController(Weir weir, ClusterMesh mesh, Path home) {

    private static final String LOOPBACK = "127.0.0.1";

    Serving start() throws IOException, InterruptedException {
        ClusterHome cluster = ClusterHome.of(mesh, home);
        List<String> tokens = mesh.tokens();
        long started = System.nanoTime();
        ServerProcess process =
                weir.start(home, Map.of("KUBECONFIG", cluster.kubeconfig().toString()), arguments(cluster));
        try {
            String ready = "http://" + LOOPBACK + ":" + cluster.adminPort() + "/readyz";
            Readiness.await(process, () -> Readiness.ask(ready, "").equals("ok"));
            double seconds = (System.nanoTime() - started) / 1e9;
            Path roots = cluster.awaitRoots(process);
            Target target = Clients.target(
                    new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), cluster.xdsPort()),
                    roots,
                    Target.Nodes.FIRST_MESSAGE);
            List<Who> clients = IntStream.range(0, tokens.size())
                    .mapToObj(client -> Clients.who(mesh.shape().client(client), tokens.get(client)))
                    .toList();
            return new Serving(process, target, clients, seconds, envoys(target, roots, tokens));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Null for a user who may not make networks. */
    private Serving.@Nullable Envoys envoys(Target target, Path roots, List<String> tokens) throws IOException {
        if (!PodNetwork.isPossible()) {
            return null;
        }
        return client -> new PodEnvoy(mesh.shape().client(client), mesh.shape().account(client), tokens.get(client))
                .start(target, roots, home.resolve("envoy-" + client));
    }

    private static List<String> arguments(ClusterHome cluster) {
        return List.of(
                "controller",
                "--namespace=" + cluster.namespace(),
                "--replica=bench",
                "--mode=deny",
                "--listen=" + LOOPBACK,
                "--xds-port=" + cluster.xdsPort(),
                "--admin-port=" + cluster.adminPort(),
                "--local-port=0");
    }
}
