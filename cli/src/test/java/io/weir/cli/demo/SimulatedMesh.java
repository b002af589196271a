package io.weir.cli.demo;

import com.sun.net.httpserver.HttpServer;
import io.weir.cli.demo.Bookstore.Weights;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.standalone.AdminAddress;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.DesiredReplicas;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** No Envoy and no app, but the files and the HTTP answers of a mesh that divides requests as the split's file says. */
final class SimulatedMesh implements MeshStarter, MeshStarter.Mesh {

    private static final double REQUESTS_A_NANOSECOND = 2e-4;

    private final Path state;
    private final String ready;
    private final UnaryOperator<Weights> obeyed;
    private final List<HttpServer> servers = new ArrayList<>();
    private long last = System.nanoTime();
    private double v1;
    private double v2;
    private int closed;

    /**
     * @param ready the uids of the replicas that are ready, as JSON; a replica's uid is its key
     * @param obeyed what the mesh makes of the weights it is given
     */
    SimulatedMesh(Path state, String ready, UnaryOperator<Weights> obeyed) {
        this.state = state;
        this.ready = ready;
        this.obeyed = obeyed;
    }

    @Override
    public Mesh start(Path manifests, Progress progress) throws IOException {
        SplitManifest split = new SplitManifest(manifests.resolve(Bookstore.SPLIT_FILE));
        List<DesiredReplica> replicas = List.of(
                replica("customers", "bookbuyer", "/stats", () -> buyer(split)),
                replica("customers", "bookthief", "/stats", () -> stats(2, answers("", "", "403", v1 + v2))),
                replica("shop", "bookstore-v1", "/stats", () -> stats(3, answers("", "", "echo", v1 + v2))),
                replica("shop", "bookstore-v2", "/stats", () -> stats(4, answers("", "", "echo", v1 + v2))),
                replica("shop", "inventory", "/none", () -> ""));
        String desired = DesiredReplicas.of("127.0.0.1:1", "cluster.local", replicas, List.of())
                .json();
        new AdminAddress("127.0.0.1:" + serve("/v1/replicas", () -> desired), "token").write(state);
        Files.writeString(state.resolve("ready.json"), ready);
        progress.happened("ready control plane");
        return this;
    }

    @Override
    public Path state() {
        return state;
    }

    @Override
    public void close() {
        closed++;
        servers.forEach(server -> server.stop(0));
    }

    int closed() {
        return closed;
    }

    private synchronized String buyer(SplitManifest split) {
        Weights weights = split.get();
        long now = System.nanoTime();
        if (weights != null) {
            double requests = (now - last) * REQUESTS_A_NANOSECOND;
            v1 += requests * obeyed.apply(weights).share(Bookstore.FROM_V1);
            v2 += requests * obeyed.apply(weights).share(Bookstore.FROM_V2);
        }
        last = now;
        return stats(1, answers("bookstore", "v1", "200", v1) + "," + answers("bookstore", "v2", "200", v2));
    }

    private static String stats(int pid, String answers) {
        return "{\"pid\": " + pid + ", \"calls\": [{\"answers\": [" + answers + "], \"failures\": {}}]}";
    }

    private static String answers(String app, String version, String status, double count) {
        return String.format(
                Locale.ROOT,
                "{\"app\": \"%s\", \"version\": \"%s\", \"statuses\": {\"%s\": %d},"
                        + " \"window\": {\"p50Millis\": 1.0, \"p99Millis\": 2.0}}",
                app,
                version,
                status,
                (long) count);
    }

    private DesiredReplica replica(String namespace, String name, String path, Supplier<String> answer)
            throws IOException {
        int port = serve(path, answer);
        return new DesiredReplica(
                namespace,
                name,
                namespace + "/" + name,
                name,
                "127.16.16.1",
                "127.16.16.1:15080",
                "127.0.0.1",
                List.of(new DesiredReplica.PortBinding("stats", 9102, port, 9102, Transport.TCP)),
                null,
                new TreeMap<>(),
                List.of());
    }

    private int serve(String path, Supplier<String> answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        servers.add(server);
        server.createContext(path, exchange -> {
            byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        return server.getAddress().getPort();
    }
}
