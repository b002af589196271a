package io.weir.controlplane.identity;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.token.TokenIssuer;
import io.weir.controlplane.identity.token.TokenVerifier;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.server.ConnectionRegistry;
import io.weir.controlplane.xds.server.XdsServer;
import io.weir.controlplane.xds.server.XdsServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real xDS server on a loopback port, with a mesh of one workload, {@code shop/buyer-0}, and clients of it. */
final class XdsPort implements AutoCloseable {

    static final Identity BUYER = new Identity("shop", "buyer");
    static final WorkloadKey REPLICA = new WorkloadKey("shop", "buyer-0");
    static final TrustDomain MESH = new TrustDomain("mesh.example");

    final Map<WorkloadKey, Workload> workloads = new ConcurrentHashMap<>();
    final SettableClock clock;
    final Path rootsFile;
    final StateFolder state;
    final CertificateAuthority authority;
    final TokenIssuer tokens;
    final ChainedAuthenticator authenticator;
    final XdsTls tls;
    final ConnectionRegistry registry = new ConnectionRegistry(100);
    final AdsCache cache;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final XdsServer server;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private volatile String generation = "1";

    XdsPort(Path folder, SettableClock clock) throws IOException {
        this.clock = clock;
        state = StateFolder.open(folder.resolve("state"));
        authority = CertificateAuthority.open(
                state,
                MESH,
                new CertificateSettings(
                        Duration.ofHours(1), Duration.ofDays(365), Duration.ofMinutes(5), Duration.ZERO),
                clock);
        tokens = TokenIssuer.open(state, MESH, TokenIssuer.LIFE, clock);
        authenticator = ChainedAuthenticator.standalone(
                TokenVerifier.open(state, MESH, clock), authority, workloads::get, clock);
        rootsFile = XdsTls.rootsFile(folder.resolve("trust"));
        tls = XdsTls.open(authority, StateFolder.open(folder.resolve("trust")), clock);
        cache = new AdsCache((_, _) -> snapshot(), Timers.system(timer), new AdsCounters());
        server = XdsServer.start(
                XdsServerConfig.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                XdsServer.tls(tls.keyManager(), tls.trustManager()),
                authenticator,
                cache,
                registry);
        has(REPLICA, "uid-1", BUYER);
    }

    void has(WorkloadKey key, String uid, Identity identity) {
        workloads.put(
                key, new Workload(key, uid, identity, List.of(), Mode.DENY, new Binds.Loopback("127.0.0.2", 15001, 0)));
    }

    private ProxySnapshot snapshot() {
        XdsResource cluster = XdsResource.of(
                XdsType.CLUSTER,
                "c",
                Cluster.newBuilder().setName("c").setAltStatName(generation).build());
        return new ProxySnapshot(Map.of(XdsType.CLUSTER, Layer.of(List.of(cluster))), Map.of());
    }

    /** Changes the one resource, which each open stream then gets. */
    void change(String next) {
        generation = next;
        cache.changed();
    }

    /** What a client shows. */
    record Credential(
            List<String> authorization,
            @Nullable PrivateKey key,
            @Nullable X509Certificate certificate) {}

    static Credential token(String... authorization) {
        return new Credential(List.of(authorization), null, null);
    }

    static Credential certificate(PrivateKey key, X509Certificate certificate) {
        return new Credential(List.of(), key, certificate);
    }

    /** One ADS stream: the first cluster's mark, or how the stream ended. */
    static final class Stream implements StreamObserver<DeltaDiscoveryResponse> {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private @Nullable StreamObserver<DeltaDiscoveryRequest> requests;

        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            try {
                events.add(response.getResources(0)
                        .getResource()
                        .unpack(Cluster.class)
                        .getAltStatName());
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                events.add(e.toString());
            }
            requests.onNext(DeltaDiscoveryRequest.newBuilder()
                    .setTypeUrl(response.getTypeUrl())
                    .setResponseNonce(response.getNonce())
                    .build());
        }

        @Override
        public void onError(Throwable t) {
            Status status = Status.fromThrowable(t);
            events.add(status.getCode() + ": " + status.getDescription());
        }

        @Override
        public void onCompleted() {
            events.add("completed");
        }

        String next() throws InterruptedException {
            String event = events.poll(20, TimeUnit.SECONDS);
            return event == null ? "nothing" : event;
        }
    }

    Stream open(Credential credential) throws IOException, GeneralSecurityException {
        return open(credential, rootsFile);
    }

    Stream open(Credential credential, Path roots) throws IOException, GeneralSecurityException {
        SslContextBuilder ssl = GrpcSslContexts.forClient().trustManager(roots.toFile());
        if (credential.key() != null) {
            ssl.keyManager(credential.key(), credential.certificate());
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))
                .overrideAuthority(tls.serverName())
                .sslContext(ssl.build())
                .build();
        channels.add(channel);
        Metadata headers = new Metadata();
        for (String value : credential.authorization()) {
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), value);
        }
        Stream stream = new Stream();
        stream.requests = AggregatedDiscoveryServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .deltaAggregatedResources(stream);
        stream.requests.onNext(DeltaDiscoveryRequest.newBuilder()
                .setNode(Node.newBuilder().setId("ignored"))
                .setTypeUrl(XdsResource.of(XdsType.CLUSTER, "c", Cluster.getDefaultInstance())
                        .body()
                        .getTypeUrl())
                .build());
        return stream;
    }

    @Override
    public void close() throws IOException {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
        timer.shutdownNow();
        authority.close();
    }
}
