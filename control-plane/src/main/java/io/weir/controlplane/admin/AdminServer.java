package io.weir.controlplane.admin;

import java.io.IOException;
import java.util.Map;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** HTTP on loopback for the admin API. */
public final class AdminServer implements AutoCloseable {

    private final Server server;
    private final ServerConnector connector;

    private AdminServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts listening on a free port of 127.0.0.1.
     *
     * @param token what callers must send as {@code Authorization: Bearer}
     * @param routes by method and path, as {@code GET /v1/status}
     * @throws IOException if no port can be opened
     */
    public static AdminServer start(String token, Map<String, AdminRoute> routes) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(8, 2);
        threads.setName("admin");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(new VirtualThreadPool());
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new AdminRoutes(token, routes));
        // Ended at once: a grace period would last for as long as some client keeps its connection, and count as a
        // failure.
        server.setStopTimeout(0);
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("the admin API can't listen on 127.0.0.1", e);
        }
        return new AdminServer(server, connector);
    }

    /** The port on 127.0.0.1. */
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
