package io.weir.controlplane.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weir.controlplane.model.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Answers what should run; the process that the supervisor takes for the control plane only says where to ask. */
final class TestControlPlane implements AutoCloseable {

    private static final String TOKEN = "admin-token";

    /** Addresses of this JVM's tests: no two replicas of concurrent tests may share one. */
    private static final AtomicInteger NEXT = new AtomicInteger(1);

    private static final String SERVE = """
            printf '{"address":"%s","token":"%s"}' "$1" "$2" > "$3/.admin" && mv "$3/.admin" "$3/admin.json"
            echo serving $$
            exec sleep 100000
            """;

    final TestXds xds;
    private final HttpServer http;
    private final Path roots;
    private DesiredReplicas desired;

    TestControlPlane(Path dir) throws IOException {
        TestPki pki = TestPki.forServer("weir-xds.cluster.local");
        xds = new TestXds(pki);
        roots = Files.writeString(dir.resolve("roots.pem"), pki.roots());
        desired = DesiredReplicas.of(xds.address(), "cluster.local", List.of(), List.of());
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/v1/replicas", this::answer);
        http.start();
    }

    synchronized void want(DesiredReplica... replicas) {
        desired = DesiredReplicas.of(xds.address(), "cluster.local", List.of(replicas), desired.datagramsByAddress());
        notifyAll();
    }

    /** Ports, as {@code namespace/name:port}, whose UDP callers are told by address. */
    synchronized void tellDatagramsByAddress(String... ports) {
        desired = DesiredReplicas.of(xds.address(), "cluster.local", desired.replicas(), List.of(ports));
        notifyAll();
    }

    Supervisor.Options options(Path state, EnvoyInstall.Binary envoy) {
        String address = "127.0.0.1:" + http.getAddress().getPort();
        List<String> serve = List.of("sh", "-c", SERVE, "serve", address, TOKEN, state.toString());
        return new Supervisor.Options(state, state.getParent(), serve, envoy, roots, 1, System.getenv());
    }

    /**
     * A replica with one port, at addresses of its own.
     *
     * @param script for sh; none: no app
     */
    static DesiredReplica replica(String name, @Nullable String script) throws IOException {
        int number = NEXT.getAndIncrement();
        long pid = ProcessHandle.current().pid();
        String address = "127." + (100 + pid % 100) + "." + pid / 100 % 250 + "." + number;
        return new DesiredReplica(
                "shop",
                name,
                "uid-" + name,
                "store",
                address,
                address + ":15080",
                address,
                List.of(new DesiredReplica.PortBinding("http", 8080, freePort(address), 8080, Transport.TCP)),
                script == null ? null : Arrays.asList("sh", "-c", script),
                new TreeMap<>(),
                List.of());
    }

    @Override
    public void close() {
        http.stop(0);
        xds.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            byte[] body = changedFrom(exchange.getRequestURI().getQuery()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String changedFrom(String query) throws InterruptedException {
        while (query.contains("generation=" + desired.generation() + "&")) {
            wait();
        }
        return desired.json();
    }

    private static int freePort(String address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(address))) {
            return socket.getLocalPort();
        }
    }
}
