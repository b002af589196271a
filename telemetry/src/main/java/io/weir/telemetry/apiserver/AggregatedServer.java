package io.weir.telemetry.apiserver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.eclipse.jetty.io.EndPoint;
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

/** HTTPS for the cluster's API server. What was begun is answered before it ends. */
public final class AggregatedServer implements AutoCloseable {

    /** API servers end connections that were silent for 90 s. If we did so, a request could meet our end of one. */
    private static final long IDLE_MILLIS = 120_000;

    private static final long GOODBYE_MILLIS = 5_000;
    private static final long IDLE_GOODBYE_MILLIS = 200;
    private static final Logger LOG = LoggerFactory.getLogger(AggregatedServer.class);
    private static final int CONNECTIONS = 1_000;
    private static final long IDLE_IN_CROWD_MILLIS = 1_000;

    /** A user may be in hundreds of groups, each a header of its own. */
    private static final int HEADER_BYTES = 64 * 1024;

    private final Server server;
    private final ServerConnector connector;

    private AggregatedServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts listening.
     *
     * @param address port 0 takes a free one
     * @param keys asked at each handshake, so that a certificate is replaced without a restart
     * @param callers whom to believe; stays its owner's
     * @param ready whether it is to be asked; what it answers from is no part of it (requirements D4)
     * @throws IOException if the address can't be bound
     */
    public static AggregatedServer start(
            InetSocketAddress address,
            X509ExtendedKeyManager keys,
            RequestHeaderConfig callers,
            AccessReviews authorization,
            Answers answers,
            BooleanSupplier ready)
            throws IOException {
        return start(address, keys, new ApiHandler(callers::current, authorization, answers, ready));
    }

    static AggregatedServer start(InetSocketAddress address, X509ExtendedKeyManager keys, ApiHandler handler)
            throws IOException {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setSslContext(context(keys));
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        tls.setWantClientAuth(true);
        QueuedThreadPool threads = new QueuedThreadPool(16, 2);
        threads.setName("metrics-api");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(new VirtualThreadPool());
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        HttpConnectionFactory connections = new HttpConnectionFactory(http);
        SslConnectionFactory encrypted = new SslConnectionFactory(tls, connections.getProtocol());
        // It would refuse a Host that is none of the certificate's names: an API server that holds us to the Service's
        // name
        // writes the address there by which it calls.
        encrypted.setEnsureSecureRequestCustomizer(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, encrypted, connections);
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
            throw new IOException("the metrics API can't listen at " + address, e);
        }
        return new AggregatedServer(server, connector);
    }

    private static SSLContext context(X509ExtendedKeyManager keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, new TrustManager[] {new JudgedLater()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /** The port that it listens at. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        connector.getConnectedEndPoints().forEach(AggregatedServer::hurry);
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
