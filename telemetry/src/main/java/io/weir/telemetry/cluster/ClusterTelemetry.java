package io.weir.telemetry.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.Parts;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.controlplane.admin.AdminServer;
import io.weir.controlplane.admin.Meters;
import io.weir.controlplane.identity.ChainedAuthenticator;
import io.weir.controlplane.identity.ProgramTls;
import io.weir.controlplane.identity.ca.ServerCertificate;
import io.weir.controlplane.identity.ca.TrustBundle;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.review.TokenReviews;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.kubernetes.KubernetesSource;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import io.weir.controlplane.xds.server.XdsServer;
import io.weir.controlplane.xds.server.XdsServerConfig;
import io.weir.injector.serving.ServedBy;
import io.weir.injector.serving.ServingCertificates;
import io.weir.smi.wellknown.Sidecar;
import io.weir.telemetry.Aggregator;
import io.weir.telemetry.apiserver.AccessReviews;
import io.weir.telemetry.apiserver.AggregatedServer;
import io.weir.telemetry.apiserver.RequestHeaderConfig;
import io.weir.telemetry.replicas.PartService;
import io.weir.telemetry.replicas.Peers;
import io.weir.telemetry.replicas.RemotePeer;
import io.weir.telemetry.window.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of the telemetry program: everything is made here, in the order in which it depends on each other, and ended in
 * the reverse order. Nothing is waited for: what is asked before it can be answered is refused with when to come again.
 */
public final class ClusterTelemetry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterTelemetry.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** Other replicas that are answered at once. */
    private static final int ANSWERING = 2;

    private static final String EDGE_METRICS = "GET /metrics/edges";

    private final Parts parts = new Parts();
    private final Meters meters = new Meters();
    private final InstantSource clock = InstantSource.system();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final TelemetryOptions options;
    private final KubernetesSource source;
    private final ClusterObjects objects;
    private final Aggregator aggregator;
    private final ProgramTls tls = new ProgramTls();
    private final Peers<InetSocketAddress> peers;
    private final XdsServer push;
    private final RequestHeaderConfig callers;
    private final ServingCertificates serving;
    private final AggregatedServer api;
    private final AdminServer admin;
    private final AdminServer local;
    private volatile boolean ending;
    private @Nullable ClusterState told;
    private long toldObjects;

    private ClusterTelemetry(KubernetesClient client, TelemetryOptions options) throws IOException {
        this.options = options;
        boolean started = false;
        try {
            WatchOptions watch = options.kubernetes().watch();
            source = parts.open(KubernetesSource.start(client, options.kubernetes()));
            objects = parts.open(ClusterObjects.follow(client, watch));
            TrustDomain trustDomain = new TrustDomain(options.settings().trustDomain());
            RemotePeer.Tls mutual =
                    new RemotePeer.Tls(tls.keyManager(), tls.servers(), trustDomain.telemetryServerName());
            peers = parts.open(new Peers<>((name, address) -> RemotePeer.at(name, address, mutual)));
            aggregator = new Aggregator(
                    clock,
                    options.settings(),
                    Limits.usual(),
                    new Aggregator.Sources(objects::over, peers, options.readings()));
            aggregator.meters(meters.registry());
            push = parts.open(push(client));
            parts.open(MeshCertificate.keep(client, options, tls, clock));
            ScheduledFuture<?> _ = scheduler("inventory")
                    .scheduleWithFixedDelay(this::look, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
            callers = parts.open(RequestHeaderConfig.follow(client, watch));
            serving = parts.open(ServingCertificates.start(client, options.namespace(), ServedBy.telemetry(), clock));
            api = parts.open(AggregatedServer.start(
                    options.ports().api(),
                    serving.keyManager(),
                    callers,
                    AccessReviews.of(client, clock),
                    aggregator.api()::answer,
                    this::isReady));
            Map<String, AdminRoute> all = routes();
            admin = parts.open(AdminServer.start(options.ports().admin(), AdminServer.Access.anybody(), open(all)));
            local = parts.open(AdminServer.start(options.ports().local(), AdminServer.Access.anybody(), all));
            started = true;
        } finally {
            if (!started) {
                parts.close();
            }
        }
    }

    /**
     * Starts; it is ready a moment later, once the API server knows its certificate.
     *
     * @param client stays its owner's, was made with http2Disable, and must be open until this is closed
     * @throws IOException if an address can't be bound
     */
    public static ClusterTelemetry start(KubernetesClient client, TelemetryOptions options) throws IOException {
        ClusterTelemetry telemetry = new ClusterTelemetry(client, options);
        LOG.info(
                "replica {}: metrics API at port {}, sidecars push to port {}",
                options.replica(),
                telemetry.apiPort(),
                telemetry.pushPort());
        return telemetry;
    }

    /** What is served where sidecars push; what all sidecars told is for other replicas alone. */
    private List<ProxyEndpoint> endpoints() {
        List<ProxyEndpoint> endpoints = new ArrayList<>(aggregator.endpoints());
        ExecutorService answering = Executors.newFixedThreadPool(
                ANSWERING, Thread.ofPlatform().name("replicas-", 0).daemon().factory());
        parts.open(answering::shutdownNow);
        endpoints.add(new ProxyEndpoint(
                new PartService(aggregator::part, answering),
                ChainedAuthenticator.telemetry(
                        new TrustDomain(options.settings().trustDomain()),
                        this::roots,
                        new Identity(options.namespace(), Sidecar.TELEMETRY_SERVICE),
                        clock)));
        return List.copyOf(endpoints);
    }

    private XdsServer push(KubernetesClient client) throws IOException {
        TrustDomain trustDomain = new TrustDomain(options.settings().trustDomain());
        ChainedAuthenticator sidecars = ChainedAuthenticator.cluster(
                TokenReviews.of(client, Sidecar.TOKEN_AUDIENCE, clock), trustDomain, this::roots, this::pod, clock);
        meters.denials(sidecars::denials);
        return XdsServer.start(
                XdsServerConfig.pushed(options.ports().push()),
                XdsServer.tls(tls.keyManager(), tls.clients()),
                sidecars,
                Timers.system(scheduler("push-timers")),
                endpoints());
    }

    /** No call gets here without roots: its handshake would have failed. */
    private TrustBundle roots() {
        TrustBundle roots = tls.roots();
        return roots == null ? new TrustBundle(List.of(), "") : roots;
    }

    /** The pod as the cluster has it; what its ports are matters to nobody here. */
    private @Nullable Workload pod(WorkloadKey key) {
        Replica pod = source.current().replicas().get(key);
        if (pod == null) {
            return null;
        }
        Replica.Sidecar sidecar = pod.sidecar();
        return new Workload(
                key, pod.uid(), pod.identity(), List.of(), Mode.DENY, sidecar == null ? null : sidecar.binds());
    }

    private ScheduledExecutorService scheduler(String name) {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
        parts.open(scheduler::shutdownNow);
        return scheduler;
    }

    /** Tells the aggregator what there is, if that changed. */
    @SuppressWarnings("ReferenceEquality") // a source gives the same object while nothing changed
    private void look() {
        try {
            if (!source.synced() || !objects.synced()) {
                return;
            }
            ClusterState state = source.current();
            long version = objects.version();
            if (state != told || version != toldObjects) {
                OtherReplicas.Found others = OtherReplicas.of(state, options.namespace(), options.replica());
                peers.changed(others.ready(), others.others(), clock.millis());
                aggregator.changed(state);
                told = state;
                toldObjects = version;
            }
        } catch (RuntimeException bug) {
            // One look that failed must not end the looks.
            LOG.error("what there is in the cluster could not be told, and is tried again", bug);
        }
    }

    private Map<String, AdminRoute> routes() {
        Map<String, AdminRoute> routes = new HashMap<>(aggregator.routes());
        routes.put("GET /healthz", _ -> AdminAnswer.text(200, "ok"));
        routes.put("GET /readyz", _ -> {
            String missing = missing();
            return missing.isEmpty() ? AdminAnswer.text(200, "ok") : AdminAnswer.text(503, missing);
        });
        routes.put(
                "GET /metrics", _ -> new AdminAnswer(200, "text/plain; version=0.0.4; charset=utf-8", meters.text()));
        return Map.copyOf(routes);
    }

    /** What kubelets and Prometheus ask. */
    private static Map<String, AdminRoute> open(Map<String, AdminRoute> all) {
        Map<String, AdminRoute> open = new HashMap<>();
        for (String name : List.of("GET /healthz", "GET /readyz", "GET /metrics", EDGE_METRICS)) {
            AdminRoute route = all.get(name);
            if (route == null) {
                throw new IllegalStateException("no route " + name);
            }
            open.put(name, route);
        }
        return open;
    }

    /** Why the API server should not ask this replica; empty if it may. What it would answer is no part of it. */
    private String missing() {
        if (ending) {
            return "this replica is ending";
        }
        if (!callers.synced()) {
            return "ConfigMap kube-system/extension-apiserver-authentication was not read yet";
        }
        return serving.isReady() ? "" : "the API server does not know this certificate yet";
    }

    public boolean isReady() {
        return missing().isEmpty();
    }

    /** Until when the certificate that sidecars are shown holds; null before there is one. */
    public @Nullable Instant certificateEnds() {
        ServerCertificate certificate = tls.certificate();
        return certificate == null
                ? null
                : certificate.certificate().getNotAfter().toInstant();
    }

    /** The port that the API server asks. */
    public int apiPort() {
        return api.port();
    }

    /** The port that sidecars push to. */
    public int pushPort() {
        return push.port();
    }

    /** The port of health and metrics. */
    public int adminPort() {
        return admin.port();
    }

    /** The port at the pod's loopback where all may be asked without a token. */
    public int localPort() {
        return local.port();
    }

    /**
     * Ends in order: not ready and no new streams first, while questions are still answered until all know; what is left
     * ends with {@link #close}.
     */
    public void drain() throws InterruptedException {
        ending = true;
        push.acceptNoMore();
        if (ended.await(options.drain().toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("closed while draining");
        }
    }

    /** Answers what was begun, then ends; sidecars go to another replica. */
    @Override
    public void close() throws IOException {
        ending = true;
        ended.countDown();
        parts.close();
    }
}
