package io.weir.controlplane.xds.server;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.weir.controlplane.identity.DenialReason;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.cache.SnapshotSource;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The real ADS service over an in-process transport that works on the caller's thread: when a call of the client
 * returns, the server has done all that follows from it. Users are {@code ns/workload}; {@code nobody} is denied.
 */
final class AdsWorld implements AutoCloseable {

    static final Metadata.Key<String> USER = Metadata.Key.of("user", Metadata.ASCII_STRING_MARSHALLER);
    static final int MOST_CONNECTIONS = 20;
    static final WorkloadKey A = new WorkloadKey("shop", "a");
    static final WorkloadKey B = new WorkloadKey("shop", "b");

    final ManualTimers timers = new ManualTimers();
    final AdsCounters counters = new AdsCounters();
    final Map<WorkloadKey, ProxySnapshot> snapshots = new ConcurrentHashMap<>();
    final AdsCache cache = new AdsCache(this::snapshotOf, timers, counters);
    final ConnectionRegistry registry;
    volatile Consumer<WorkloadKey> beforeSnapshot = _ -> {};
    volatile @Nullable Duration credentialLifetime;
    volatile Runnable duringAuthentication = () -> {};
    private final SnapshotSource source;
    private final Server server;
    private final ManagedChannel channel;

    AdsWorld() {
        this(MOST_CONNECTIONS);
    }

    AdsWorld(int mostConnections) {
        this(mostConnections, null);
    }

    /** @param source null: {@link #snapshots} */
    AdsWorld(int mostConnections, @Nullable SnapshotSource source) {
        this(mostConnections, source, Runnable::run);
    }

    /** @param admissions runs what authenticates */
    AdsWorld(int mostConnections, @Nullable SnapshotSource source, Executor admissions) {
        this.source = source == null ? (proxy, _) -> snapshots.get(proxy) : source;
        registry = new ConnectionRegistry(mostConnections);
        String name = InProcessServerBuilder.generateName();
        try {
            server = InProcessServerBuilder.forName(name)
                    .directExecutor()
                    .addService(XdsServer.service(
                            this::authenticate, cache, registry, Runnable::run, Admissions.on(admissions)))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    private @Nullable ProxySnapshot snapshotOf(WorkloadKey proxy, Abilities abilities) {
        beforeSnapshot.accept(proxy);
        return source.snapshot(proxy, abilities);
    }

    private ProxyCredential authenticate(Metadata headers, @Nullable SSLSession session)
            throws ProxyAuthenticator.Denied {
        Duration lifetime = credentialLifetime;
        duringAuthentication.run();
        ProxyCredential credential = byHeader().authenticate(headers, session);
        return lifetime == null
                ? credential
                : new ProxyCredential(credential.identity(), timers.now().plus(lifetime));
    }

    static ProxyAuthenticator byHeader() {
        return (headers, session) -> {
            String user = headers.get(USER);
            if (user == null || user.equals("nobody")) {
                throw new ProxyAuthenticator.Denied(DenialReason.NO_CREDENTIAL);
            }
            String[] parts = user.split("/", 2);
            return new ProxyCredential(new ProxyIdentity(parts[0], "default", parts[1], "uid-" + parts[1]), null);
        };
    }

    ScriptedClient client(Protocol protocol, WorkloadKey proxy) {
        return ScriptedClient.open(channel, protocol, proxy.toString());
    }

    ScriptedClient client(Protocol protocol, String user, int reads) {
        return ScriptedClient.open(channel, protocol, user, reads);
    }

    /** Gives a proxy these resources, in a shared layer for each type. */
    void give(WorkloadKey proxy, XdsResource... resources) {
        snapshots.put(proxy, snapshot(resources));
        cache.changed();
    }

    static ProxySnapshot snapshot(XdsResource... resources) {
        return new ProxySnapshot(layers(resources), Map.of());
    }

    static Map<XdsType, Layer> layers(XdsResource... resources) {
        Map<XdsType, Layer> layers = new EnumMap<>(XdsType.class);
        Arrays.stream(resources)
                .collect(Collectors.groupingBy(XdsResource::type))
                .forEach((type, ofType) -> layers.put(type, Layer.of(ofType)));
        return layers;
    }

    /** Resources of equal name and mark are equal; another mark is another version. */
    static XdsResource cluster(String name, String mark) {
        return XdsResource.of(
                XdsType.CLUSTER,
                name,
                Cluster.newBuilder().setName(name).setAltStatName(mark).build());
    }

    static XdsResource endpoints(String name, int port) {
        LbEndpoint endpoint = LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder()
                        .setAddress(Address.newBuilder()
                                .setSocketAddress(SocketAddress.newBuilder()
                                        .setAddress("127.0.0.1")
                                        .setPortValue(port))))
                .build();
        return XdsResource.of(
                XdsType.ENDPOINT,
                name,
                ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .addEndpoints(LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint))
                        .build());
    }

    static XdsResource listener(String name, String mark) {
        return XdsResource.of(
                XdsType.LISTENER,
                name,
                Listener.newBuilder().setName(name).setStatPrefix(mark).build());
    }

    /** The mark may be the name of a cluster that the route uses. */
    static XdsResource route(String name, String mark) {
        return XdsResource.of(
                XdsType.ROUTE,
                name,
                RouteConfiguration.newBuilder()
                        .setName(name)
                        .addInternalOnlyHeaders(mark)
                        .build());
    }

    static XdsResource secret(String name, String mark) {
        return XdsResource.of(
                XdsType.SECRET,
                name,
                Secret.newBuilder()
                        .setName(name)
                        .setValidationContext(
                                io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext
                                        .newBuilder()
                                        .addVerifyCertificateHash(mark))
                        .build());
    }

    /** Plain resource of a type that a client can only ask for by name or, for some types, all of. */
    static XdsResource any(XdsType type, String name, int mark) {
        return switch (type) {
            case CLUSTER -> cluster(name, "m" + mark);
            case ENDPOINT -> endpoints(name, mark);
            case LISTENER -> listener(name, "m" + mark);
            case ROUTE -> route(name, "m" + mark);
            case SECRET -> secret(name, "m" + mark);
        };
    }

    long responses() {
        return Arrays.stream(XdsType.values()).mapToLong(counters::responses).sum();
    }

    void changed(WorkloadKey... proxies) {
        cache.changed(Set.copyOf(List.of(proxies)));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }
}
