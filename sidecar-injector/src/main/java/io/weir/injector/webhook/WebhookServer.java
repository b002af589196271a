package io.weir.injector.webhook;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP, with TLS for reviews and without for health and metrics. What was begun is answered before it ends. */
public final class WebhookServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);

    /** The API server ends connections that were silent for 90 s. If we did so, its next review could meet our end of one. */
    private static final long IDLE_MILLIS = 120_000;

    private static final long GOODBYE_MILLIS = 5_000;
    private static final long IDLE_GOODBYE_MILLIS = 200;

    /** More wait to be accepted, while those that are silent are ended. */
    private static final int CONNECTIONS = 4_000;

    private static final long IDLE_IN_CROWD_MILLIS = 1_000;

    private final Server server;
    private final ServerConnector connector;

    private WebhookServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Listens with TLS for reviews.
     *
     * @param keys asked at each handshake, so that a certificate is replaced without a restart
     * @param endpoints by path, {@code /inject}
     * @throws IOException if the address can't be bound
     */
    public static WebhookServer start(
            InetSocketAddress address, X509ExtendedKeyManager keys, Map<String, WebhookEndpoint> endpoints)
            throws IOException {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setSslContext(context(keys));
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        Server server = server("webhooks");
        HttpConnectionFactory http = new HttpConnectionFactory(http());
        ServerConnector connector =
                new ServerConnector(server, 1, 1, new SslConnectionFactory(tls, http.getProtocol()), http);
        return listen(server, connector, address, new ReviewRoutes(endpoints));
    }

    /** Listens without TLS for what anybody may read. */
    public static WebhookServer plain(InetSocketAddress address, Map<String, PlainPages.Page> pages)
            throws IOException {
        Server server = server("pages");
        return listen(
                server,
                new ServerConnector(server, 1, 1, new HttpConnectionFactory(http())),
                address,
                new PlainPages(pages));
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        return http;
    }

    private static Server server(String name) {
        QueuedThreadPool threads = new QueuedThreadPool(16, 2);
        threads.setName(name);
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(new VirtualThreadPool());
        return new Server(threads);
    }

    private static WebhookServer listen(
            Server server, ServerConnector connector, InetSocketAddress address, Handler handler) throws IOException {
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setShutdownIdleTimeout(IDLE_GOODBYE_MILLIS);
        server.addConnector(connector);
        NetworkConnectionLimit crowd = new NetworkConnectionLimit(CONNECTIONS, connector);
        crowd.setEndPointIdleTimeout(IDLE_IN_CROWD_MILLIS);
        server.addBean(crowd);
        server.setHandler(new GracefulHandler(handler));
        server.setStopTimeout(GOODBYE_MILLIS);
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("can't listen at " + address, e);
        }
        return new WebhookServer(server, connector);
    }

    private static SSLContext context(X509ExtendedKeyManager keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /** The port that it listens at. */
    public int port() {
        return connector.getLocalPort();
    }

    /**
     * Answers what it was asked, and ends.
     *
     * @throws IOException if that took too long
     */
    @Override
    public void close() throws IOException {
        connector.getConnectedEndPoints().forEach(WebhookServer::hurry);
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("not all was answered", e);
        }
    }

    /**
     * Ends a connection soon unless something is asked on it. Jetty would do so itself, for all in turn; but an idle one that the
     * caller breaks off in that moment throws (seen with 12.1.14: its buffer is null), and then the others are not waited for.
     */
    private static void hurry(EndPoint connection) {
        try {
            connection.setIdleTimeout(IDLE_GOODBYE_MILLIS);
        } catch (RuntimeException broken) {
            LOG.debug("a connection was broken off", broken);
            connection.close();
        }
    }
}
