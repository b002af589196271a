package io.weir.controlplane;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.controlplane.admin.AdminServer;
import io.weir.controlplane.admin.Meters;
import io.weir.controlplane.admin.StatusReport;
import io.weir.controlplane.admin.cluster.ReviewedAccess;
import io.weir.controlplane.identity.ChainedAuthenticator;
import io.weir.controlplane.identity.XdsTls;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.TrustBundle;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.secret.SecretAuthorityStore;
import io.weir.controlplane.identity.ca.secret.SecretRoots;
import io.weir.controlplane.identity.podcert.PodCertificateSigner;
import io.weir.controlplane.identity.review.TokenReviews;
import io.weir.controlplane.identity.roots.RootsPublisher;
import io.weir.controlplane.leader.LeaderElection;
import io.weir.controlplane.leader.LeaseSettings;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.push.DiagnosticLog;
import io.weir.controlplane.push.Propagation;
import io.weir.controlplane.push.Upkeep;
import io.weir.controlplane.push.World;
import io.weir.controlplane.replicas.Replicas;
import io.weir.controlplane.source.kubernetes.KubernetesSource;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus;
import io.weir.controlplane.status.EventWriter;
import io.weir.controlplane.status.StatusWriter;
import io.weir.controlplane.trace.Tracing;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import io.weir.controlplane.xds.server.TelemetryCertificates;
import io.weir.controlplane.xds.server.XdsServerConfig;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * One replica of a control plane in a cluster: everything is made here, in the order in which it depends on each other,
 * and ended in the reverse order. Every replica serves proxies; what must be done once, the leader does.
 */
public final class ClusterControlPlane implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClusterControlPlane.class);

    private static final String LEASE = "weir-control-plane";
    private static final Set<String> OPEN = Set.of("GET /healthz", "GET /readyz", "GET /metrics");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Parts parts = new Parts();
    private final Readiness readiness = new Readiness();
    private final Meters meters = new Meters();
    private final InstantSource clock = InstantSource.system();
    private final KubernetesClient client;

    /** For what the rounds ask, in which certificates are renewed too: one attempt, and soon an answer. */
    private final KubernetesClient prompt;

    private final ClusterOptions options;
    private final AdminServer admin;
    private final AdminServer local;
    private volatile @Nullable Engine engine;
    private volatile @Nullable CertificateAuthority authority;
    private volatile @Nullable LeaderElection election;
    private volatile @Nullable RootsPublisher publishing;

    private ClusterControlPlane(KubernetesClient client, ClusterOptions options) throws IOException {
        this.client = client;
        this.prompt = ApiServer.once(client, ANSWER);
        this.options = options;
        readiness.waiting("cluster", "its objects were not read yet");
        readiness.waiting("xds", "proxies are not served yet");
        Map<String, AdminRoute> routes = routes();
        admin = parts.open(AdminServer.start(options.admin(), new ReviewedAccess(client, OPEN), routes));
        local = parts.open(AdminServer.start(options.local(), AdminServer.Access.anybody(), reading(routes)));
    }

    /**
     * Starts everything; when this returns, proxies are served. Until then it answers that it is alive and not ready.
     *
     * @param client stays its owner's, and must be open until this is closed
     * @throws IOException if an address can't be bound, or the certificate authority's state is lost
     * @throws InterruptedException if it is to end before the cluster could be read
     */
    public static ClusterControlPlane start(KubernetesClient client, ClusterOptions options)
            throws IOException, InterruptedException {
        ClusterControlPlane replica = new ClusterControlPlane(client, options);
        boolean started = false;
        try {
            replica.serve();
            started = true;
            return replica;
        } finally {
            if (!started) {
                replica.close();
            }
        }
    }

    private void serve() throws IOException, InterruptedException {
        Tracing tracing = parts.open(Tracing.open(System.getenv()));
        KubernetesSource source = parts.open(KubernetesSource.start(client, options.kubernetes()));
        new ClusterMeters(meters.registry()).source(source);
        awaitSynced(source);
        readiness.ready("cluster");

        CertificateAuthority ca = parts.open(authority());
        authority = ca;
        new ClusterMeters(meters.registry()).authority(ca);
        // Before any proxy is served: the others wait for what this one will say.
        Replicas others = parts.open(Replicas.join(prompt, options.namespace(), options.replica(), clock));
        // From now on a rotation waits for this replica; how far it came before is read here.
        ca.reload();
        TokenReviews tokens = TokenReviews.of(client, Sidecar.TOKEN_AUDIENCE, clock);
        Engine made = parts.open(new Engine(
                new Engine.Inputs(
                        source,
                        options.settings(),
                        ca,
                        XdsTls.open(ca, clock),
                        new Propagation(tracing.tracer(), meters.registry()),
                        new Upkeep.Replicated(this::leads, bundle -> allHold(others, bundle)),
                        telemetryCertificates(ca, tokens),
                        clock),
                pods -> ChainedAuthenticator.cluster(tokens, ca, pods, clock),
                listening -> listening.at(XdsServerConfig.replica(options.xds()))));
        engine = made;
        tell(made);
        Reports reports = new Reports(made, ca);
        ClusterView view = new ClusterView(made.pipeline()::given, others::live, clock);
        LeaderTasks tasks = parts.open(new LeaderTasks(tasks(ca, made, view)));
        made.follow(options.certificates().leaf(), () -> {
            others.publish(reports.now());
            if (leads()) {
                others.sweep();
            }
            if (reports.rootsChanged()) {
                publish();
            }
        });
        LeaderElection leading = parts.open(LeaderElection.start(
                prompt, LeaseSettings.usual(options.namespace(), LEASE, options.replica()), tasks));
        election = leading;
        new ClusterMeters(meters.registry()).leader(leading);
        readiness.ready("xds");
        log.info(
                "replica {} serves in {} mode, xDS at port {}",
                options.replica(),
                options.settings().mode(),
                made.port());
    }

    /** What is served beside xDS: certificates for the telemetry program. */
    private Extension telemetryCertificates(CertificateAuthority ca, TokenReviews tokens) {
        Identity telemetry = new Identity(options.namespace(), Sidecar.TELEMETRY_SERVICE);
        return new Extension() {
            @Override
            public List<ProxyEndpoint> endpoints() {
                return List.of(TelemetryCertificates.endpoint(ca, tokens, telemetry));
            }
        };
    }

    /** Shows what the engine does. */
    private void tell(Engine made) {
        meters.follow(
                made.pipeline(),
                made.cache().counters(),
                () -> made.registry().statuses().size(),
                made.authenticator()::denials);

        DiagnosticLog findings = new DiagnosticLog();
        findings.changed(made.pipeline().world());
        made.pipeline().onWorld(findings);
        made.pipeline().onWorld(_ -> publish());
    }

    private void awaitSynced(KubernetesSource source) throws InterruptedException {
        while (!source.awaitSynced(PATIENCE)) {
            String missing = source.kinds().stream()
                    .filter(kind ->
                            kind.phase() != InformerStatus.Phase.CURRENT && kind.phase() != InformerStatus.Phase.ABSENT)
                    .map(kind -> kind.kind() + (kind.problem() == null ? "" : " (" + kind.problem() + ")"))
                    .collect(Collectors.joining(", "));
            readiness.waiting("cluster", "not read yet: " + missing);
            log.warn("the cluster's objects were not read yet: {}", missing);
        }
    }

    private CertificateAuthority authority() throws IOException {
        String own = options.rootSecret();
        return CertificateAuthority.open(
                new CertificateAuthority.Shared(
                        new SecretAuthorityStore(prompt, options.namespace()),
                        own == null ? null : new SecretRoots(prompt, options.namespace(), own)),
                new TrustDomain(options.settings().trustDomain()),
                options.certificates(),
                clock);
    }

    private List<LeaderTasks.Task> tasks(CertificateAuthority ca, Engine made, ClusterView view) {
        List<LeaderTasks.Task> tasks = new ArrayList<>();
        tasks.add(() -> publisher(ca, made));
        tasks.add(() -> StatusWriter.start(client, options.kubernetes().watch(), view, clock));
        tasks.add(() -> EventWriter.start(client, view, clock));
        switch (options.podCertificates()) {
            case IF_SERVED -> {
                Consumer<PodCertificateSigner.Outcome> settled = new ClusterMeters(meters.registry()).podCertificates();
                tasks.add(() -> PodCertificateSigner.start(
                        client, ca, options.kubernetes().watch(), settled));
            }
            case NEVER -> log.info("pod certificates are not signed");
        }
        return tasks;
    }

    /** What the leader publishes may have changed. */
    private void publish() {
        RootsPublisher publisher = publishing;
        if (publisher != null) {
            publisher.changed();
        }
    }

    private RootsPublisher publisher(CertificateAuthority ca, Engine made) {
        RootsPublisher publisher = RootsPublisher.start(
                client,
                options.kubernetes().watch(),
                () -> new RootsPublisher.Wanted(
                        ca.bundle().pem(), mayHaveSidecars(made.pipeline().world())));
        publishing = publisher;
        return publisher;
    }

    /** Where pods start that have to know the roots; Weir's own namespace is where a new control plane looks for them. */
    private SortedSet<String> mayHaveSidecars(World world) {
        SortedSet<String> namespaces = new TreeSet<>(List.of(options.namespace()));
        world.state().namespaces().values().stream()
                .filter(namespace -> Keys.ENABLED.equals(namespace.labels().get(Keys.INJECT)))
                .forEach(namespace -> namespaces.add(namespace.name()));
        world.built().model().workloads().values().stream()
                .filter(Workload::meshed)
                .forEach(workload -> namespaces.add(workload.key().namespace()));
        return namespaces;
    }

    private static boolean allHold(Replicas replicas, TrustBundle bundle) {
        try {
            return replicas.known().stream().allMatch(report -> report.bundle().equals(bundle.version()));
        } catch (KubernetesClientException away) {
            return false;
        }
    }

    private boolean leads() {
        LeaderElection current = election;
        return current != null && current.isLeader();
    }

    private Map<String, AdminRoute> routes() {
        JsonMapper json = JsonMapper.builder().build();
        return Map.of(
                "GET /healthz", _ -> AdminAnswer.text(200, "ok"),
                "GET /readyz", _ -> readiness.answer(),
                "GET /metrics", _ -> new AdminAnswer(200, "text/plain; version=0.0.4; charset=utf-8", meters.text()),
                "GET /v1/status", _ -> status(json),
                "POST /v1/ca/rotate", _ -> rotate(json));
    }

    /** What changes nothing. */
    private static Map<String, AdminRoute> reading(Map<String, AdminRoute> routes) {
        return routes.entrySet().stream()
                .filter(route -> route.getKey().startsWith("GET "))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private AdminAnswer status(JsonMapper json) {
        Engine running = engine;
        CertificateAuthority ca = authority;
        return running == null || ca == null
                ? AdminAnswer.text(503, "not ready yet")
                : AdminAnswer.json(
                        json,
                        StatusReport.of(
                                running.pipeline().given(),
                                running.registry().statuses(),
                                ca.status(),
                                running.certificates()::notAfter));
    }

    private AdminAnswer rotate(JsonMapper json) throws IOException {
        Engine running = engine;
        CertificateAuthority ca = authority;
        if (running == null || ca == null) {
            return AdminAnswer.text(503, "not ready yet");
        }
        running.upkeep().rotate();
        return AdminAnswer.json(json, ca.status());
    }

    /** The port of xDS, once it serves. */
    public int xdsPort() {
        Engine running = engine;
        if (running == null) {
            throw new IllegalStateException("not serving");
        }
        return running.port();
    }

    /** The port of health, metrics and the admin API. */
    public int adminPort() {
        return admin.port();
    }

    /** The port at the pod's loopback where the admin API may be read without a token. */
    public int localPort() {
        return local.port();
    }

    /**
     * Ends in order: not ready first, then leadership goes to another, then the proxies do, one after another; then all
     * else.
     */
    public void drain() throws InterruptedException {
        readiness.waiting("xds", "this replica is ending");
        LeaderElection leading = election;
        if (leading != null) {
            leading.close();
        }
        Engine running = engine;
        if (running != null) {
            running.drain(options.drain());
        }
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
