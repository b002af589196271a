package io.weir.controlplane.xds.server;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.controlplane.server.ExecutorGroup;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.controlplane.server.serializer.ProtoResourcesSerializer;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * ADS over TLS, and what else proxies call. Handshakes and streams that arrive faster than they are served wait in the
 * executors' queues; only streams over the configured number are turned down.
 */
public final class XdsServer implements AutoCloseable {

    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final Server server;
    private final List<ExecutorService> threads;

    private XdsServer(Server server, List<ExecutorService> threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to listen, for ADS alone.
     *
     * @param tls the server side of the transport's TLS; client certificates are the authenticator's affair
     * @throws IOException if the address can't be bound
     */
    public static XdsServer start(
            XdsServerConfig config,
            SslContext tls,
            ProxyAuthenticator authenticator,
            AdsCache cache,
            ConnectionRegistry registry)
            throws IOException {
        return start(config, tls, authenticator, cache, registry, List.of());
    }

    /**
     * Starts to listen, for ADS and for what proxies are served beside it.
     *
     * @param endpoints called by the same proxies with the same credentials, unless they say by whom
     * @throws IOException if the address can't be bound
     */
    public static XdsServer start(
            XdsServerConfig config,
            SslContext tls,
            ProxyAuthenticator authenticator,
            AdsCache cache,
            ConnectionRegistry registry,
            List<ProxyEndpoint> endpoints)
            throws IOException {
        ExecutorService sends = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService admitting = Admissions.pool(config.mostConnections());
        Admissions admissions = Admissions.on(admitting);
        List<ServerServiceDefinition> services = new ArrayList<>();
        services.add(service(authenticator, cache, registry, sends, admissions));
        for (ProxyEndpoint endpoint : endpoints) {
            services.add(ServerInterceptors.intercept(
                    endpoint.implementation(),
                    new CallerInterceptor(
                            callers(endpoint, authenticator),
                            admissions,
                            cache.timers(),
                            cache.counters(),
                            config.mostConnections())));
        }
        return listen(config, tls, services, List.of(sends, admitting));
    }

    /**
     * Starts to listen without ADS.
     *
     * @param timers end calls when their credentials do
     * @throws IOException if the address can't be bound
     */
    public static XdsServer start(
            XdsServerConfig config,
            SslContext tls,
            ProxyAuthenticator authenticator,
            Timers timers,
            List<ProxyEndpoint> endpoints)
            throws IOException {
        ExecutorService admitting = Admissions.pool(config.mostConnections());
        AdsCounters counters = new AdsCounters();
        List<ServerServiceDefinition> services = endpoints.stream()
                .map(endpoint -> ServerInterceptors.intercept(
                        endpoint.implementation(),
                        new CallerInterceptor(
                                callers(endpoint, authenticator),
                                Admissions.on(admitting),
                                timers,
                                counters,
                                config.mostConnections())))
                .toList();
        return listen(config, tls, services, List.of(admitting));
    }

    private static ProxyAuthenticator callers(ProxyEndpoint endpoint, ProxyAuthenticator proxies) {
        ProxyAuthenticator own = endpoint.callers();
        return own == null ? proxies : own;
    }

    private static XdsServer listen(
            XdsServerConfig config, SslContext tls, List<ServerServiceDefinition> services, List<ExecutorService> also)
            throws IOException {
        ExecutorService calls = Executors.newFixedThreadPool(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                Thread.ofPlatform().name("xds-", 0).daemon().factory());
        List<ExecutorService> threads =
                Stream.concat(Stream.of(calls), also.stream()).toList();
        NettyServerBuilder server = NettyServerBuilder.forAddress(config.address())
                .sslContext(tls)
                .executor(calls)
                .addServices(services)
                .maxInboundMessageSize(config.maxInboundMessageSize())
                .maxConcurrentCallsPerConnection(8)
                .handshakeTimeout(20, TimeUnit.SECONDS)
                .keepAliveTime(config.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(config.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        if (config.connectionAge() != null) {
            server.maxConnectionAge(config.connectionAge().toMillis(), TimeUnit.MILLISECONDS)
                    .maxConnectionAgeGrace(1, TimeUnit.SECONDS);
        }
        try {
            return new XdsServer(server.build().start(), threads);
        } catch (IOException e) {
            threads.forEach(ExecutorService::shutdownNow);
            throw e;
        }
    }

    /**
     * The server side of TLS. Client certificates are asked for and not required: a token may stand for one.
     *
     * @param key asked at each handshake, so it may change under a running server
     * @param clients who may present a certificate; asked at each handshake as well
     */
    public static SslContext tls(X509ExtendedKeyManager key, X509ExtendedTrustManager clients) {
        try {
            return GrpcSslContexts.configure(SslContextBuilder.forServer(key)
                            .trustManager(clients)
                            .clientAuth(ClientAuth.OPTIONAL)
                            .protocols("TLSv1.3", "TLSv1.2"))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("this platform has no TLS for gRPC", e);
        }
    }

    /** The ADS service with all that guards it, for any transport. */
    static ServerServiceDefinition service(
            ProxyAuthenticator authenticator,
            AdsCache cache,
            ConnectionRegistry registry,
            Executor sends,
            Admissions admissions) {
        ExecutorGroup perConnection = () -> {
            ProxyConnection connection = ProxyConnection.CURRENT.get();
            if (connection == null) {
                throw new IllegalStateException("a stream that passed no interceptor");
            }
            return connection.executor();
        };
        V3DiscoveryServer discovery = new V3DiscoveryServer(List.of(), cache, perConnection, new PackedResources());
        return ServerInterceptors.intercept(
                discovery.getAggregatedDiscoveryServiceImpl(),
                new ConnectionInterceptor(
                        new Doorkeeper(authenticator, admissions, cache.timers(), cache.counters(), registry::isFull),
                        cache,
                        registry,
                        sends));
    }

    public int port() {
        return server.getPort();
    }

    /** Open streams go on; new ones find nobody here. */
    public void acceptNoMore() {
        server.shutdown();
    }

    /** Ends all streams; the proxies keep what they have and come back. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.forEach(ExecutorService::shutdownNow);
    }

    /** Resources come packed, once for all proxies. */
    private static final class PackedResources implements ProtoResourcesSerializer {
        @Override
        public Any serialize(Message resource, Resources.ApiVersion apiVersion) {
            if (resource instanceof Any packed) {
                return packed;
            }
            throw new IllegalArgumentException(
                    "not packed: " + resource.getDescriptorForType().getFullName());
        }
    }
}
