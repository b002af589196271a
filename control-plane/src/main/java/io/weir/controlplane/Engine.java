package io.weir.controlplane;

import io.weir.controlplane.identity.ChainedAuthenticator;
import io.weir.controlplane.identity.WorkloadDirectory;
import io.weir.controlplane.identity.XdsTls;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.push.Pipeline;
import io.weir.controlplane.push.Propagation;
import io.weir.controlplane.push.Upkeep;
import io.weir.controlplane.source.ClusterStateSource;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.server.ConnectionRegistry;
import io.weir.controlplane.xds.server.XdsServer;
import io.weir.controlplane.xds.server.XdsServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a source to streams: what every control plane has, whether a folder feeds it or a cluster. Whoever makes one
 * brings what differs (where objects come from, how a proxy proves who it is, where to listen), then calls
 * {@link #follow}.
 */
final class Engine implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final int MOST_CONNECTIONS = 5_000;

    private final Parts parts = new Parts();
    private final Inputs inputs;
    private final ScheduledExecutorService timers;
    private final WorkloadCertificates certificates;
    private final Pipeline pipeline;
    private final AdsCache cache;
    private final ConnectionRegistry registry = new ConnectionRegistry(MOST_CONNECTIONS);
    private final Upkeep upkeep;
    private final ChainedAuthenticator authenticator;
    private final XdsServer server;

    /**
     * What an engine runs on; all of it stays its maker's.
     *
     * @param source of a state to begin with, and of those that follow
     * @param replicated null for one that is alone
     * @param extension what else proxies are served, from the first world on
     */
    record Inputs(
            ClusterStateSource source,
            MeshSettings settings,
            CertificateAuthority authority,
            XdsTls tls,
            Propagation propagation,
            Upkeep.@Nullable Replicated replicated,
            Extension extension,
            InstantSource clock) {}

    /** How a proxy proves who it is. */
    @FunctionalInterface
    interface Proof {
        ChainedAuthenticator by(WorkloadDirectory workloads);
    }

    /** Chooses the address, and listens there. */
    @FunctionalInterface
    interface Port {
        XdsServer listen(Listening listening) throws IOException;
    }

    /** Listens with this configuration. */
    @FunctionalInterface
    interface Listening {
        XdsServer at(XdsServerConfig config) throws IOException;
    }

    /** Something to do every round, after certificates and rotation. */
    @FunctionalInterface
    interface Round {
        void run() throws IOException;
    }

    /**
     * Builds the first world and serves it.
     *
     * @throws IOException if the address can't be bound; then nothing is left running
     */
    Engine(Inputs inputs, Proof proof, Port port) throws IOException {
        this.inputs = inputs;
        CertificateAuthority authority = inputs.authority();
        timers = scheduler("xds-timers");
        certificates = new WorkloadCertificates(authority, inputs.clock());
        pipeline = parts.open(
                new Pipeline(inputs.source(), inputs.settings(), authority, certificates, inputs.propagation()));
        cache = new AdsCache(pipeline, Timers.system(timers), new AdsCounters());
        upkeep = new Upkeep(
                pipeline,
                cache,
                registry,
                authority,
                certificates,
                inputs.clock(),
                inputs.tls()::refresh,
                inputs.replicated());
        authenticator = proof.by(this::workload);
        inputs.extension().changed(pipeline.world());
        pipeline.onWorld(inputs.extension()::changed);
        boolean listening = false;
        try {
            server = parts.open(port.listen(this::serve));
            listening = true;
        } finally {
            if (!listening) {
                parts.close();
            }
        }
    }

    /** Follows the source from now on, and takes a round now and then: never less often than a leaf's life needs. */
    void follow(Duration leaf, Round also) {
        pipeline.pushBy(cache::changed);
        pipeline.onWorld(upkeep::endStrangers);
        pipeline.follow();
        keepUp(Math.clamp(leaf.toMillis() / 20, 50, 1_000), also);
    }

    private XdsServer serve(XdsServerConfig config) throws IOException {
        XdsTls tls = inputs.tls();
        return XdsServer.start(
                config,
                XdsServer.tls(tls.keyManager(), tls.trustManager()),
                authenticator,
                cache,
                registry,
                inputs.extension().endpoints());
    }

    private void keepUp(long period, Round also) {
        ScheduledFuture<?> _ = scheduler("upkeep")
                .scheduleWithFixedDelay(
                        () -> {
                            try {
                                upkeep.tick();
                                inputs.tls().refresh();
                                also.run();
                            } catch (IOException | RuntimeException e) {
                                // A failed round must not end the rounds: certificates would end with them.
                                log.error("upkeep failed and is tried again", e);
                            }
                        },
                        period,
                        period,
                        TimeUnit.MILLISECONDS);
    }

    private ScheduledExecutorService scheduler(String name) {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
        parts.open(scheduler::shutdownNow);
        return scheduler;
    }

    private @Nullable Workload workload(WorkloadKey key) {
        return pipeline.world().built().model().workloads().get(key);
    }

    /**
     * Takes no new stream, and ends those that are open one after another, so that their proxies do not all come to the
     * other replicas at once. Returns when all have been told.
     */
    void drain(Duration over) throws InterruptedException {
        server.acceptNoMore();
        registry.drain(over);
    }

    Pipeline pipeline() {
        return pipeline;
    }

    AdsCache cache() {
        return cache;
    }

    ConnectionRegistry registry() {
        return registry;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    WorkloadCertificates certificates() {
        return certificates;
    }

    ChainedAuthenticator authenticator() {
        return authenticator;
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
