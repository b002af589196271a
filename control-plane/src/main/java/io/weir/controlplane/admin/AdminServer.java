package io.weir.controlplane.admin;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

/** HTTP for the admin API: on loopback standalone, at the pod's address in a cluster. */
public final class AdminServer implements AutoCloseable {

    private final Server server;
    private final ServerConnector connector;

    private AdminServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /** Decides who may ask. */
    @FunctionalInterface
    public interface Access {

        /**
         * Null if the caller may; else what it is told instead. Called for each request; may block.
         *
         * @param route method and path as asked for, {@code GET /v1/status}
         * @param authorization the header of that name; null if there is none
         */
        @Nullable
        AdminAnswer refusal(String route, @Nullable String authorization);

        /** Whoever reaches it: for an address that is nobody else's to reach. */
        static Access anybody() {
            return (_, _) -> null;
        }

        /** Whoever sends this as a bearer token; some routes are open to all. */
        static Access holder(String token, Set<String> open) {
            byte[] expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
            return (route, authorization) -> open.contains(route)
                            || (authorization != null
                                    && MessageDigest.isEqual(authorization.getBytes(StandardCharsets.UTF_8), expected))
                    ? null
                    : AdminAnswer.text(401, "the token of this control plane's state folder is needed");
        }
    }

    /**
     * Starts listening.
     *
     * @param address port 0 takes a free one
     * @param routes by method and path, as {@code GET /v1/status}; one that ends in a slash has all below it, as
     *     {@code GET /apis/}, unless a longer one fits
     * @throws IOException if the address can't be bound
     */
    public static AdminServer start(InetSocketAddress address, Access access, Map<String, AdminRoute> routes)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(8, 2);
        threads.setName("admin");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(new VirtualThreadPool());
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        server.addConnector(connector);
        server.setHandler(new AdminRoutes(access, routes));
        // Ended at once: a grace period would last for as long as some client keeps its connection, and count as a
        // failure.
        server.setStopTimeout(0);
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("the admin API can't listen at " + address, e);
        }
        return new AdminServer(server, connector);
    }

    /** The port that it listens at. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("the admin API did not end cleanly", e);
        }
    }
}
