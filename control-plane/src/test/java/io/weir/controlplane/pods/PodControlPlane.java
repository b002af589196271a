package io.weir.controlplane.pods;

import io.weir.controlplane.identity.ChainedAuthenticator;
import io.weir.controlplane.identity.XdsTls;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.token.TokenIssuer;
import io.weir.controlplane.identity.token.TokenVerifier;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.push.Pipeline;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.SettableSource;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.server.ConnectionRegistry;
import io.weir.controlplane.xds.server.ProxyStatus;
import io.weir.controlplane.xds.server.XdsServer;
import io.weir.controlplane.xds.server.XdsServerConfig;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The engine of a control plane, fed by a test; {@code address} is the pod network's own, so its port is free. */
final class PodControlPlane implements AutoCloseable {

    private final InstantSource clock = InstantSource.system();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final TrustDomain trustDomain =
            new TrustDomain(MeshSettings.defaults().trustDomain());
    private final ConnectionRegistry registry = new ConnectionRegistry(100);
    private final SettableSource source;
    private final CertificateAuthority authority;
    private final WorkloadCertificates certificates;
    private final Pipeline pipeline;
    private final XdsServer server;
    private final XdsTls tls;
    private final TokenIssuer tokens;
    private final Path trust;

    PodControlPlane(ClusterState state, String address, Path folder) throws IOException {
        StateFolder home = StateFolder.open(folder.resolve("state"));
        source = new SettableSource(state);
        authority = CertificateAuthority.open(home, trustDomain, CertificateSettings.defaults(), clock);
        certificates = new WorkloadCertificates(authority, clock);
        trust = folder.resolve("trust");
        tls = XdsTls.open(authority, StateFolder.open(trust), clock);
        tokens = TokenIssuer.open(home, trustDomain, TokenIssuer.LIFE, clock);
        pipeline = new Pipeline(source, MeshSettings.defaults(), authority, certificates);
        AdsCache cache = new AdsCache(pipeline, Timers.system(timers), new AdsCounters());
        ChainedAuthenticator authenticator = ChainedAuthenticator.standalone(
                TokenVerifier.open(home, trustDomain, clock), authority, this::workload, clock);
        server = XdsServer.start(
                XdsServerConfig.at(new InetSocketAddress(InetAddress.ofLiteral(address), Sidecar.XDS_PORT)),
                XdsServer.tls(tls.keyManager(), tls.trustManager()),
                authenticator,
                cache,
                registry);
        pipeline.pushBy(cache::changed);
        pipeline.follow();
    }

    void set(ClusterState state) {
        source.set(state);
    }

    String serverName() {
        return tls.serverName();
    }

    Path roots() {
        return XdsTls.rootsFile(trust);
    }

    Workload workload(WorkloadKey key) {
        return Objects.requireNonNull(
                pipeline.world().built().model().workloads().get(key), key::toString);
    }

    String token(Workload workload) {
        return tokens.issue(workload.identity(), workload.key().name(), workload.uid())
                .value();
    }

    /** A certificate as the sidecars of an account have. */
    Svid certificate(WorkloadKey key, Identity identity) {
        return certificates.current(key, identity);
    }

    /** Whether that many proxies have accepted what follows from the last state. */
    @SuppressWarnings("ReferenceEquality") // a source gives the same object while nothing changed
    boolean inSync(int proxies) {
        List<ProxyStatus> statuses = registry.statuses();
        return pipeline.given().state() == source.current()
                && statuses.size() == proxies
                && statuses.stream()
                        .allMatch(proxy -> proxy.types().size() >= 4
                                && proxy.types().values().stream()
                                        .allMatch(type -> type.sync() == TypeStatus.Sync.SYNCED));
    }

    /** What each proxy holds, and what it refused last. */
    String told() {
        StringBuilder text = new StringBuilder();
        registry.statuses()
                .forEach(proxy -> text.append(proxy.identity())
                        .append(' ')
                        .append(proxy.types())
                        .append(' ')
                        .append(proxy.last())
                        .append('\n'));
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        pipeline.close();
        authority.close();
        timers.shutdownNow();
    }
}
