package io.weir.controlplane;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.controlplane.admin.AdminServer;
import io.weir.controlplane.admin.Meters;
import io.weir.controlplane.admin.ReplicaFeed;
import io.weir.controlplane.admin.StatusReport;
import io.weir.controlplane.identity.ChainedAuthenticator;
import io.weir.controlplane.identity.XdsTls;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.token.TokenVerifier;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.push.DiagnosticLog;
import io.weir.controlplane.push.Pipeline;
import io.weir.controlplane.push.Upkeep;
import io.weir.controlplane.source.ClusterStateSource;
import io.weir.controlplane.source.directory.DirectoryOptions;
import io.weir.controlplane.source.directory.DirectorySource;
import io.weir.controlplane.source.readiness.ReadyReplicas;
import io.weir.controlplane.source.readiness.SupervisedSource;
import io.weir.controlplane.standalone.AdminAddress;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.server.ConnectionRegistry;
import io.weir.controlplane.xds.server.XdsServer;
import io.weir.controlplane.xds.server.XdsServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running control plane over a folder of manifests: everything is made here, in the order in which it depends on each
 * other, and ended in the reverse order.
 */
public final class ControlPlane implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Pipeline pipeline;
    private final Upkeep upkeep;
    private final AdsCache cache;
    private final ConnectionRegistry registry;
    private final CertificateAuthority authority;
    private final WorkloadCertificates certificates;
    private final InetSocketAddress xds;
    private final AdminAddress admin;

    private ControlPlane(ControlPlaneOptions options) throws IOException {
        InstantSource clock = InstantSource.system();
        StateFolder state = StateFolder.open(options.state());
        TrustDomain trustDomain = new TrustDomain(options.settings().trustDomain());

        authority = opened(CertificateAuthority.open(state, trustDomain, options.certificates(), clock));
        certificates = new WorkloadCertificates(authority, clock);
        XdsTls tls = XdsTls.open(authority, StateFolder.open(trustFolder(options)), clock);

        ClusterStateSource source = opened(source(options));
        pipeline = opened(new Pipeline(source, options.settings(), authority, certificates));
        cache = new AdsCache(pipeline, Timers.system(timers()), new AdsCounters());
        registry = new ConnectionRegistry(5_000);
        upkeep = new Upkeep(pipeline, cache, registry, authority, certificates, clock, tls::refresh);
        ChainedAuthenticator authenticator = new ChainedAuthenticator(
                TokenVerifier.open(state, trustDomain, clock), authority, this::workload, clock);
        XdsServer server = opened(KeptPort.listen(state, port -> serve(port, tls, authenticator)));
        xds = loopback(server.port());

        ReplicaFeed replicas = new ReplicaFeed(pipeline.world(), "127.0.0.1:" + server.port(), trustDomain.name());
        admin = admin(replicas, authenticator);
        parts.push(replicas);
        DiagnosticLog findings = new DiagnosticLog();
        findings.changed(pipeline.world());
        pipeline.onWorld(world -> {
            cache.changed();
            upkeep.endStrangers(world);
            replicas.changed(world);
            findings.changed(world);
        });
        pipeline.follow();
        keepUp(options, tls);
        admin.write(state.path());
    }

    /**
     * Starts everything; when this returns, proxies are served.
     *
     * @throws IOException if the state folder is in use or can't be trusted, or an address can't be bound
     */
    public static ControlPlane start(ControlPlaneOptions options) throws IOException {
        ControlPlane controlPlane = new ControlPlane(options);
        log.info(
                "serving {} in {} mode, xDS at {}",
                options.folder(),
                options.settings().mode(),
                controlPlane.xds);
        return controlPlane;
    }

    /** The folder that holds the roots' file alone, which every Envoy watches. */
    public static Path trustFolder(ControlPlaneOptions options) {
        return options.state().resolve("trust");
    }

    public Pipeline pipeline() {
        return pipeline;
    }

    public AdsCounters counters() {
        return cache.counters();
    }

    public ConnectionRegistry connections() {
        return registry;
    }

    public StatusReport status() {
        return StatusReport.of(pipeline.world(), registry.statuses(), authority.status(), certificates::notAfter);
    }

    public InetSocketAddress xdsAddress() {
        return xds;
    }

    public AdminAddress adminAddress() {
        return admin;
    }

    private @Nullable Workload workload(WorkloadKey key) {
        return pipeline.world().built().model().workloads().get(key);
    }

    private ClusterStateSource source(ControlPlaneOptions options) throws IOException {
        DirectorySource manifests =
                DirectorySource.start(DirectoryOptions.saved(options.folder(), options.state(), options.shared()));
        return switch (options.apps()) {
            case RUNNING -> manifests;
            case SUPERVISED -> new SupervisedSource(manifests, ReadyReplicas.follow(options.state()));
        };
    }

    private XdsServer serve(int port, XdsTls tls, ChainedAuthenticator authenticator) throws IOException {
        return XdsServer.start(
                XdsServerConfig.at(loopback(port)),
                XdsServer.tls(tls.keyManager(), tls.trustManager()),
                authenticator,
                cache,
                registry);
    }

    private AdminAddress admin(ReplicaFeed replicas, ChainedAuthenticator authenticator) throws IOException {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        JsonMapper json = JsonMapper.builder().build();
        Meters meters =
                new Meters(pipeline, cache.counters(), () -> registry.statuses().size(), authenticator::denials);
        Map<String, AdminRoute> routes = Map.of(
                "GET /healthz", _ -> AdminAnswer.text(200, "ok"),
                "GET /readyz", _ -> AdminAnswer.text(200, "ok"),
                "GET /metrics", _ -> new AdminAnswer(200, "text/plain; version=0.0.4; charset=utf-8", meters.text()),
                "GET /v1/status", _ -> AdminAnswer.json(json, status()),
                "GET /v1/replicas", replicas,
                "POST /v1/ca/rotate",
                        _ -> {
                            upkeep.rotate();
                            return AdminAnswer.json(json, authority.status());
                        });
        AdminServer server = opened(AdminServer.start(token, routes));
        return new AdminAddress("127.0.0.1:" + server.port(), token);
    }

    private void keepUp(ControlPlaneOptions options, XdsTls tls) {
        ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("upkeep").daemon().factory());
        parts.push(ticks::shutdownNow);
        long period = Math.clamp(options.certificates().leaf().toMillis() / 20, 50, 1_000);
        ScheduledFuture<?> _ = ticks.scheduleWithFixedDelay(
                () -> {
                    try {
                        upkeep.tick();
                        tls.refresh();
                    } catch (IOException | RuntimeException e) {
                        // A failed round must not end the rounds: certificates would end with them.
                        log.error("upkeep failed and is tried again", e);
                    }
                },
                period,
                period,
                TimeUnit.MILLISECONDS);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private ScheduledExecutorService timers() {
        ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("xds-timers").daemon().factory());
        parts.push(timers::shutdownNow);
        return timers;
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                // The parts below it end all the same.
                failure = failure == null ? new IOException("not all ended cleanly: " + e, e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
