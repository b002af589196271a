package io.weir.controlplane.source.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterStateSource;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus;
import io.weir.controlplane.source.kubernetes.watch.KindInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a cluster and keeps a {@link ClusterState} current.
 *
 * <p>An informer for each kind puts what it is told into one inbox; one thread makes states of it. There is no state
 * before every kind was listed once. While the API server is away the last state stays.
 */
public final class KubernetesSource implements ClusterStateSource {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesSource.class);

    private final KubernetesOptions options;
    private final Inbox inbox = new Inbox();
    private final List<KindInformer<Held>> informers = new ArrayList<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;
    private MeshState mesh = new MeshState();
    private volatile ClusterState current = ClusterState.EMPTY;

    private KubernetesSource(KubernetesOptions options) {
        this.options = options;
        this.thread = Thread.ofPlatform().daemon().name("cluster-state").unstarted(this::run);
    }

    /** Starts to follow; the client stays its owner's, and must be open until this is closed. */
    public static KubernetesSource start(KubernetesClient client, KubernetesOptions options) {
        KubernetesSource source = new KubernetesSource(options);
        ApiServer server = ApiServer.of(client, options.watch());
        for (Kind kind : Kind.values()) {
            source.informers.add(KindInformer.start(
                    server,
                    kind.resource(),
                    (ref, object, before) -> KindDecoder.decode(kind, ref, object, before),
                    source.inbox.of(kind)));
        }
        source.thread.start();
        return source;
    }

    /** Whether {@link #current()} is a state of the cluster; it is empty before. */
    public boolean synced() {
        return synced.getCount() == 0;
    }

    /** Waits until it is; returns whether it is. */
    public boolean awaitSynced(Duration patience) throws InterruptedException {
        return synced.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How following each kind goes. */
    public List<InformerStatus> kinds() {
        return informers.stream().map(KindInformer::status).toList();
    }

    @Override
    public ClusterState current() {
        return current;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        informers.forEach(KindInformer::close);
        end.countDown();
        inbox.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            Map<ObjectRef, @Nullable Held> changes;
            while ((changes = inbox.take()) != null) {
                try {
                    publish(changes);
                } catch (RuntimeException bug) {
                    LOG.error("no state could be made; the last one stays", bug);
                }
                if (end.await(options.pace().toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("ReferenceEquality") // the state is the same object while nothing changed
    private void publish(Map<ObjectRef, @Nullable Held> changes) {
        ClusterState next = state(changes);
        boolean changed = next != current || !synced();
        current = next;
        synced.countDown();
        if (changed) {
            listeners.forEach(Runnable::run);
        }
    }

    private ClusterState state(Map<ObjectRef, @Nullable Held> changes) {
        try {
            return mesh.apply(changes);
        } catch (RuntimeException bug) {
            LOG.error("{} changes could not be taken; the state is made anew from all objects", changes.size(), bug);
            Map<ObjectRef, Held> all = mesh.objects();
            mesh = new MeshState();
            return mesh.apply(all);
        }
    }
}
