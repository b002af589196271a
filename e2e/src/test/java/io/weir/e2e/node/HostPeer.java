package io.weir.e2e.node;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server outside the cluster, on the machine of the tests; it answers as the echo program does. */
final class HostPeer implements AutoCloseable {

    /** Where pods reach this machine, if the cluster is that of {@code scripts/cluster}. */
    static final String ADDRESS = "10.87.1.1";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HostPeer(HttpServer server) {
        this.server = server;
    }

    /** Skips the test where pods have no known way here. */
    static HostPeer start() {
        try {
            InetAddress address = InetAddress.ofLiteral(ADDRESS);
            assumeTrue(
                    NetworkInterface.getByInetAddress(address) != null,
                    () -> "no interface of this machine has " + ADDRESS + ", where pods would reach it");
            HostPeer peer = new HostPeer(HttpServer.create(new InetSocketAddress(address, 0), 128));
            peer.serve();
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() {
        byte[] answer = "{\"app\": \"host\", \"version\": \"v1\"}".getBytes(StandardCharsets.UTF_8);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
    }

    String url() {
        return "http://" + ADDRESS + ":" + server.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
