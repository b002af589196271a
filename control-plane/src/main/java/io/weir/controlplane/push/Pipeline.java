package io.weir.controlplane.push;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.identity.ca.TrustBundle;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterStateSource;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.SnapshotSource;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Secrets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what the source says into worlds, and worlds into a snapshot for each proxy that asks. One thread builds worlds,
 * the newest state each time, so that changes which arrive while it works, or in the {@link Pause} after it, are taken together.
 */
public final class Pipeline implements SnapshotSource, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

    private final ClusterStateSource source;
    private final CertificateAuthority authority;
    private final WorkloadCertificates certificates;
    private final RecipeInterner interner = new RecipeInterner();
    private final Worlds worlds;
    private final Map<WorkloadKey, ProxyView> views = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<WorldListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean pending = new AtomicBoolean();
    private final Propagation propagation;
    private volatile long changed = System.nanoTime();
    private volatile @Nullable Pushing pushing;

    /** Of the thread that builds worlds: when the next may be built. */
    private long notBefore = System.nanoTime();

    private final ExecutorService builder = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("pipeline").daemon().factory());
    private volatile World world;
    private volatile World given;
    private volatile Trust trust;

    /** The bundle that was packed, and the resource that holds it. */
    private record Trust(TrustBundle bundle, XdsResource resource) {}

    /** Told of each new world, on the pipeline's thread, after snapshots follow from it. */
    @FunctionalInterface
    public interface WorldListener {
        void changed(World world);
    }

    /** Gives a new world to the proxies; before anyone else is told of it. */
    @FunctionalInterface
    public interface Pushing {

        /** @return how many proxies it concerned */
        int push(AdsCache.Round round);
    }

    /** Builds the first world from the source's current state before anyone is served. Times go nowhere. */
    public Pipeline(
            ClusterStateSource source,
            MeshSettings settings,
            CertificateAuthority authority,
            WorkloadCertificates certificates) {
        this(
                source,
                settings,
                authority,
                certificates,
                new Propagation(TracerProvider.noop().get("weir"), new CompositeMeterRegistry()));
    }

    /** Builds the first world from the source's current state before anyone is served. */
    public Pipeline(
            ClusterStateSource source,
            MeshSettings settings,
            CertificateAuthority authority,
            WorkloadCertificates certificates,
            Propagation propagation) {
        this.propagation = propagation;
        this.source = source;
        this.authority = authority;
        this.certificates = certificates;
        this.worlds = new Worlds(settings, interner);
        this.trust = pack(authority.bundle());
        this.world = worlds.next(source.current(), Map.of());
        this.given = world;
    }

    /** Gives each new world to the proxies from now on. */
    public void pushBy(Pushing pushing) {
        this.pushing = pushing;
    }

    /** Follows the source from now on. */
    public void follow() {
        source.onChange(this::signal);
        signal();
    }

    /** The newest that is built: what a proxy that asks now is answered from. */
    public World world() {
        return world;
    }

    /**
     * The newest that has been given to every connected proxy: read before the proxies' own states, it tells of no change
     * that they do not yet count as unanswered.
     */
    public World given() {
        return given;
    }

    public void onWorld(WorldListener listener) {
        listeners.add(listener);
    }

    /** How many resources of a type were built since the start; for tests and metrics of cost. */
    public long builds(XdsType type) {
        return interner.builds(type);
    }

    /** The resource that carries a trust bundle to the proxies. */
    public XdsResource trust(TrustBundle bundle) {
        Trust current = trust;
        return current.bundle().version().equals(bundle.version())
                ? current.resource()
                : pack(bundle).resource();
    }

    /** The authority's bundle changed: snapshots carry the new one from now on. */
    public void trustChanged() {
        trust = pack(authority.bundle());
    }

    @Override
    public @Nullable ProxySnapshot snapshot(WorkloadKey proxy, Abilities abilities) {
        World current = world;
        Workload workload = current.built().model().workloads().get(proxy);
        if (workload == null || !workload.meshed()) {
            return null;
        }
        return views.computeIfAbsent(proxy, _ -> new ProxyView(interner, abilities))
                .snapshot(current, workload, abilities, certificate(workload), trust.resource());
    }

    @Override
    public Telemetry wanted() {
        return world.built().model().settings().telemetry();
    }

    /** Null where it is the node's to make. */
    private @Nullable Svid certificate(Workload workload) {
        return switch (workload.keySource()) {
            case CONTROL_PLANE -> certificates.current(workload.key(), workload.identity());
            case NODE -> {
                // A pod of that name may have had one.
                certificates.forget(workload.key());
                yield null;
            }
        };
    }

    /** Forgets what was kept for proxies that are not among these. */
    public void keepOnly(Set<WorkloadKey> connected) {
        boolean some = views.keySet().removeIf(proxy -> {
            if (connected.contains(proxy)) {
                return false;
            }
            certificates.forget(proxy);
            return true;
        });
        if (some) {
            build(() -> worlds.keepOnly(telling()));
        }
    }

    private Map<WorkloadKey, Telemetry> telling() {
        Map<WorkloadKey, Telemetry> telling = new HashMap<>();
        views.forEach((proxy, view) -> telling.put(proxy, view.telemetry()));
        return telling;
    }

    private void signal() {
        if (pending.compareAndSet(false, true)) {
            changed = System.nanoTime();
            build(this::rebuild);
        }
    }

    /** On the one thread that builds worlds. */
    private void build(Runnable work) {
        try {
            builder.execute(work);
        } catch (RejectedExecutionException closed) {
            log.debug("a change after the end is not built");
        }
    }

    private void rebuild() {
        if (!awaitTurn()) {
            return;
        }
        long first = changed;
        long started = System.nanoTime();
        pending.set(false);
        try {
            World before = world;
            World next = worlds.next(source.current(), telling());
            if (next.generation() == before.generation()) {
                return;
            }
            world = next;
            AdsCache.Round round = propagation.of(next, first, started).push();
            log.info(
                    "world {}: {} services, {} workloads",
                    next.generation(),
                    next.built().model().services().size(),
                    next.built().model().workloads().size());
            Pushing proxies = pushing;
            if (proxies != null) {
                notBefore = started + Pause.after(proxies.push(round)).toNanos();
            }
            given = next;
            listeners.forEach(listener -> listener.changed(next));
        } catch (RuntimeException e) {
            // A bug met with one state must not stop the next one from being built; proxies keep what they have.
            log.error("building the world failed; the last one stays", e);
        }
    }

    /** Changes that come meanwhile are taken together. Returns false after the end. */
    private boolean awaitTurn() {
        try {
            TimeUnit.NANOSECONDS.sleep(notBefore - System.nanoTime());
            return true;
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Trust pack(TrustBundle bundle) {
        return new Trust(bundle, XdsResource.of(XdsType.SECRET, "trust", Secrets.trust(bundle.pem())));
    }

    @Override
    public void close() {
        builder.shutdownNow();
    }
}
