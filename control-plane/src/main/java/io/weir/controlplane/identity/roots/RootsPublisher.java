package io.weir.controlplane.identity.roots;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus;
import io.weir.controlplane.source.kubernetes.watch.KindInformer;
import io.weir.controlplane.source.kubernetes.watch.Resource;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.smi.wellknown.Sidecar;
import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is published as it should be, for as long as it is open: also when a person edits or deletes it. One replica
 * should do so; two do no harm.
 */
public final class RootsPublisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RootsPublisher.class);

    /** What is missed for a reason that nobody foresaw is made good within this time. */
    private static final Duration ROUND = Duration.ofMinutes(1);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    /**
     * What is to be published.
     *
     * @param roots PEM
     * @param namespaces where pods may need it
     */
    public record Wanted(String roots, SortedSet<String> namespaces) {}

    private final Publications publications;
    private final Supplier<Wanted> wanted;
    private final Semaphore signals = new Semaphore(0);
    private final Present maps = new Present();
    private final Present bundles = new Present();
    private final KindInformer<String> mapInformer;
    private final KindInformer<String> bundleInformer;
    private final Thread thread;
    private volatile boolean closed;

    private RootsPublisher(KubernetesClient client, WatchOptions options, Supplier<Wanted> wanted) {
        this.publications = new Publications(ApiServer.once(client, PATIENCE));
        this.wanted = wanted;
        this.thread = Thread.ofVirtual().name("roots").unstarted(this::run);
        ApiServer server = ApiServer.of(client, options);
        this.mapInformer = KindInformer.start(
                server,
                new Resource(
                        "ConfigMap",
                        "/api/v1/configmaps",
                        "metadata.name=" + Sidecar.ROOTS_CONFIG_MAP,
                        Resource.Extent.WHOLE,
                        Resource.Presence.BUILT_IN),
                (_, object, _) -> object.path("data").path(Sidecar.ROOTS_KEY).asString(""),
                maps);
        this.bundleInformer = KindInformer.start(
                server,
                new Resource(
                        "ClusterTrustBundle",
                        "/apis/certificates.k8s.io/v1/clustertrustbundles",
                        "metadata.name=" + Sidecar.TRUST_BUNDLE,
                        Resource.Extent.WHOLE,
                        Resource.Presence.INSTALLED),
                (_, object, _) -> object.path("spec").path("trustBundle").asString(""),
                bundles);
    }

    /**
     * Starts; the client stays its owner's, and must be open until this is closed.
     *
     * @param wanted asked often, by one thread
     */
    public static RootsPublisher start(KubernetesClient client, WatchOptions options, Supplier<Wanted> wanted) {
        RootsPublisher publisher = new RootsPublisher(client, options, wanted);
        publisher.thread.start();
        return publisher;
    }

    /** What is wanted may have changed. */
    public void changed() {
        signals.release();
    }

    private void run() {
        Duration pause = ROUND;
        try {
            while (!closed) {
                if (signals.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    signals.drainPermits();
                }
                pause = closed ? ROUND : next(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration next(Duration before) {
        try {
            return round(before);
        } catch (RuntimeException bug) {
            log.error("the roots can't be published", bug);
            return LAST_RETRY;
        }
    }

    /** Returns how long to wait for the next one, if nothing happens. */
    private Duration round(Duration before) {
        Wanted now = wanted.get();
        boolean failed = false;
        for (String namespace : now.namespaces()) {
            if (!closed && maps.lacks(namespace, now.roots())) {
                failed |= !tried("roots in namespace " + namespace, () -> publications.in(namespace, now.roots()));
            }
        }
        boolean served = bundleInformer.status().phase() != InformerStatus.Phase.ABSENT;
        if (!closed && served && bundles.lacks("", now.roots())) {
            failed |= !tried("the ClusterTrustBundle", () -> publications.bundle(now.roots()));
        }
        if (!failed) {
            return ROUND;
        }
        Duration next = before.equals(ROUND) ? FIRST_RETRY : before.multipliedBy(2);
        return next.compareTo(LAST_RETRY) < 0 ? next : LAST_RETRY;
    }

    private static boolean tried(String what, Runnable step) {
        try {
            step.run();
            return true;
        } catch (KubernetesClientException e) {
            log.warn("{} can't be published now: {}", what, e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        mapInformer.close();
        bundleInformer.close();
        signals.release();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is there, by namespace. */
    private final class Present implements KindInformer.Sink<String> {

        private final ConcurrentMap<String, String> roots = new ConcurrentHashMap<>();
        private volatile boolean listed;

        /** False as long as nobody knows. */
        boolean lacks(String namespace, String wanted) {
            return listed && !wanted.equals(roots.get(namespace));
        }

        @Override
        public void changed(Map<ObjectRef, @Nullable String> changes) {
            changes.forEach((ref, there) -> {
                if (there == null) {
                    roots.remove(ref.namespace());
                } else {
                    roots.put(ref.namespace(), there);
                }
            });
            signals.release();
        }

        @Override
        public void synced() {
            listed = true;
            signals.release();
        }
    }
}
