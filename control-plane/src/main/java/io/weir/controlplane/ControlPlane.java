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
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.token.TokenVerifier;
import io.weir.controlplane.push.DiagnosticLog;
import io.weir.controlplane.push.Pipeline;
import io.weir.controlplane.push.Propagation;
import io.weir.controlplane.source.ClusterStateSource;
import io.weir.controlplane.source.directory.DirectoryOptions;
import io.weir.controlplane.source.directory.DirectorySource;
import io.weir.controlplane.source.readiness.ReadyReplicas;
import io.weir.controlplane.source.readiness.SupervisedSource;
import io.weir.controlplane.standalone.AdminAddress;
import io.weir.controlplane.trace.Tracing;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.server.ConnectionRegistry;
import io.weir.controlplane.xds.server.XdsServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running control plane over a folder of manifests: everything is made here, in the order in which it depends on each
 * other, and ended in the reverse order.
 */
public final class ControlPlane implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);

    private final Parts parts = new Parts();
    private final Meters meters = new Meters();
    private final Engine engine;
    private final CertificateAuthority authority;
    private final InetSocketAddress xds;
    private final AdminAddress admin;

    private ControlPlane(ControlPlaneOptions options, Extension extension) throws IOException {
        InstantSource clock = InstantSource.system();
        StateFolder state = StateFolder.open(options.state());
        TrustDomain trustDomain = new TrustDomain(options.settings().trustDomain());

        Tracing tracing = parts.open(Tracing.open(System.getenv()));
        authority = parts.open(CertificateAuthority.open(state, trustDomain, options.certificates(), clock));
        XdsTls tls = XdsTls.open(authority, StateFolder.open(trustFolder(options)), clock);
        TokenVerifier tokens = TokenVerifier.open(state, trustDomain, clock);
        engine = parts.open(new Engine(
                new Engine.Inputs(
                        parts.open(source(options)),
                        options.settings(),
                        authority,
                        tls,
                        new Propagation(tracing.tracer(), meters.registry()),
                        null,
                        extension,
                        clock),
                workloads -> ChainedAuthenticator.standalone(tokens, authority, workloads, clock),
                listening -> KeptPort.listen(state, port -> listening.at(XdsServerConfig.at(loopback(port))))));
        xds = loopback(engine.port());

        Pipeline pipeline = engine.pipeline();
        ReplicaFeed replicas = new ReplicaFeed(pipeline.world(), "127.0.0.1:" + engine.port(), trustDomain.name());
        admin = admin(replicas, extension);
        parts.open(replicas);
        DiagnosticLog findings = new DiagnosticLog();
        findings.changed(pipeline.world());
        pipeline.onWorld(replicas::changed);
        pipeline.onWorld(findings);
        engine.follow(options.certificates().leaf(), () -> {});
        admin.write(state.path());
    }

    /**
     * Starts everything, with nothing beside; when this returns, proxies are served.
     *
     * @throws IOException if the state folder is in use or can't be trusted, or an address can't be bound
     */
    public static ControlPlane start(ControlPlaneOptions options) throws IOException {
        return start(options, Extension.NONE);
    }

    /**
     * Starts everything; when this returns, proxies are served.
     *
     * @param extension stays its owner's
     * @throws IOException if the state folder is in use or can't be trusted, or an address can't be bound
     */
    public static ControlPlane start(ControlPlaneOptions options, Extension extension) throws IOException {
        ControlPlane controlPlane = new ControlPlane(options, extension);
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
        return engine.pipeline();
    }

    public AdsCounters counters() {
        return engine.cache().counters();
    }

    public ConnectionRegistry connections() {
        return engine.registry();
    }

    public StatusReport status() {
        return StatusReport.of(
                pipeline().given(), connections().statuses(), authority.status(), engine.certificates()::notAfter);
    }

    public InetSocketAddress xdsAddress() {
        return xds;
    }

    public AdminAddress adminAddress() {
        return admin;
    }

    private ClusterStateSource source(ControlPlaneOptions options) throws IOException {
        DirectorySource manifests =
                DirectorySource.start(DirectoryOptions.saved(options.folder(), options.state(), options.shared()));
        return switch (options.apps()) {
            case RUNNING -> manifests;
            case SUPERVISED -> new SupervisedSource(manifests, ReadyReplicas.follow(options.state()));
        };
    }

    private AdminAddress admin(ReplicaFeed replicas, Extension extension) throws IOException {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        JsonMapper json = JsonMapper.builder().build();
        meters.follow(pipeline(), counters(), () -> connections().statuses().size(), engine.authenticator()::denials);
        extension.meters(meters.registry());
        Map<String, AdminRoute> routes = new HashMap<>(extension.routes());
        routes.putAll(Map.<String, AdminRoute>of(
                "GET /healthz", _ -> AdminAnswer.text(200, "ok"),
                "GET /readyz", _ -> AdminAnswer.text(200, "ok"),
                "GET /metrics", _ -> new AdminAnswer(200, "text/plain; version=0.0.4; charset=utf-8", meters.text()),
                "GET /v1/status", _ -> AdminAnswer.json(json, status()),
                "GET /v1/replicas", replicas,
                "POST /v1/ca/rotate",
                        _ -> {
                            engine.upkeep().rotate();
                            return AdminAnswer.json(json, authority.status());
                        }));
        AdminServer server = parts.open(AdminServer.start(
                loopback(0), AdminServer.Access.holder(token, Set.of("GET /healthz", "GET /readyz")), routes));
        return new AdminAddress("127.0.0.1:" + server.port(), token);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
