package io.weir.controlplane.status;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.source.kubernetes.watch.KindInformer;
import io.weir.controlplane.source.kubernetes.watch.Resource;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.controlplane.status.Conditions.Wanted;
import io.weir.smi.SmiKind;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the conditions of SMI objects as they should be, for as long as it is open. It knows what the cluster has, so it
 * writes nothing that is there already, also when it starts. One replica should do so; two do no harm.
 */
public final class StatusWriter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StatusWriter.class);

    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final int AT_ONCE = 50;
    private static final Duration EACH = Duration.ofMillis(50);
    private static final int GONE = 404;
    private static final int CHANGED = 409;
    static final int BAD = 400;
    static final int INVALID = 422;

    private final Supplier<Observed> observed;
    private final InstantSource clock;
    private final StatusPatch patch;
    private final Pacing pacing;
    private final ConcurrentMap<ObjectRef, Stored> stored = new ConcurrentHashMap<>();
    private final List<KindInformer<Stored>> informers = new ArrayList<>();
    private final CountDownLatch unlisted = new CountDownLatch(SmiKind.values().length);
    private final Semaphore signals = new Semaphore(0);
    private final Thread thread;
    private @Nullable Judged judged;
    private volatile boolean closed;

    private record Judged(Observed of, Map<ObjectRef, Wanted> wanted) {}

    private StatusWriter(
            KubernetesClient client, WatchOptions options, Supplier<Observed> observed, InstantSource clock) {
        this.observed = observed;
        this.clock = clock;
        this.patch = new StatusPatch(once(client));
        this.pacing = new Pacing(new TokenBucket(AT_ONCE, EACH, clock.instant()));
        this.thread = Thread.ofVirtual().name("status").unstarted(this::run);
        for (SmiKind kind : SmiKind.values()) {
            informers.add(KindInformer.start(
                    ApiServer.of(client, options),
                    new Resource(
                            kind.kind(),
                            "/apis/" + kind.hubApiVersion() + "/" + kind.plural(),
                            null,
                            Resource.Extent.WHOLE,
                            Resource.Presence.INSTALLED),
                    (_, object, _) -> Stored.of(object),
                    new Present()));
        }
    }

    /** Tries are ours to count: each one that fails is followed by a pause. */
    static KubernetesClient once(KubernetesClient client) {
        return client.newClient(
                        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                                .withRequestRetryBackoffLimit(0)
                                .withRequestTimeout((int) PATIENCE.toMillis())
                                .build())
                .adapt(KubernetesClient.class);
    }

    /**
     * Starts; the client stays its owner's, and must be open until this is closed.
     *
     * @param observed asked about every second, by one thread
     */
    public static StatusWriter start(
            KubernetesClient client, WatchOptions options, Supplier<Observed> observed, InstantSource clock) {
        StatusWriter writer = new StatusWriter(client, options, observed, clock);
        writer.thread.start();
        return writer;
    }

    private void run() {
        try {
            unlisted.await();
            Duration pause = Duration.ZERO;
            Duration retry = FIRST_RETRY;
            while (!closed) {
                if (signals.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    signals.drainPermits();
                }
                try {
                    pause = round(wanted(observed.get()));
                    retry = FIRST_RETRY;
                } catch (KubernetesClientException away) {
                    log.warn("statuses can't be written now: {}", away.getMessage());
                    end(retry);
                    pause = Duration.ZERO;
                    retry = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
                } catch (RuntimeException bug) {
                    log.error("statuses can't be told", bug);
                    pause = ROUND;
                }
            }
        } catch (InterruptedException e) {
            log.debug("ended while it waited");
        }
    }

    /** Waits without being woken by changes, which are no reason to hurry while nothing can be written. */
    private void end(Duration pause) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        if (never.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody counts down");
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same object means that nothing changed
    private Map<ObjectRef, Wanted> wanted(Observed now) {
        Judged last = judged;
        if (last == null
                || last.of().state() != now.state()
                || last.of().built() != now.built()
                || !last.of().acknowledgements().equals(now.acknowledgements())) {
            last = new Judged(now, Conditions.of(now));
            judged = last;
        }
        return last.wanted();
    }

    /** Returns after how long to look again, if nothing happens. */
    private Duration round(Map<ObjectRef, Wanted> wanted) {
        for (ObjectRef object : pacing.due(wanted, stored, clock.instant())) {
            Stored before = stored.get(object);
            Wanted now = wanted.get(object);
            if (closed || before == null || now == null) {
                continue;
            }
            if (!pacing.take(clock.instant())) {
                return EACH;
            }
            write(object, before, now);
        }
        return pacing.isWaiting() ? ROUND.dividedBy(4) : ROUND;
    }

    private void write(ObjectRef object, Stored before, Wanted wanted) {
        SmiKind kind = kind(object);
        var after = before.after(wanted, clock.instant().truncatedTo(ChronoUnit.SECONDS));
        try {
            long version = patch.apply(kind, object, before.uid(), after);
            stored.computeIfPresent(
                    object,
                    (_, present) -> present.version() > version
                            ? present
                            : new Stored(before.uid(), present.generation(), version, after));
            pacing.written(object, clock.instant());
        } catch (KubernetesClientException e) {
            switch (e.getCode()) {
                case GONE, CHANGED -> {
                    log.debug("{} is gone, or another one", object);
                    stored.remove(object, before);
                }
                // One object that the API server does not take must not keep the others waiting.
                case BAD, INVALID -> {
                    log.warn("the status of {} is not taken: {}", object, e.getMessage());
                    pacing.refused(object, clock.instant());
                }
                default -> throw e;
            }
        }
    }

    private static SmiKind kind(ObjectRef object) {
        for (SmiKind kind : SmiKind.values()) {
            if (kind.kind().equals(object.kind())) {
                return kind;
            }
        }
        throw new IllegalStateException(object + " is no SMI object");
    }

    @Override
    public void close() {
        closed = true;
        informers.forEach(KindInformer::close);
        thread.interrupt();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Present implements KindInformer.Sink<Stored> {

        @Override
        public void changed(Map<ObjectRef, @Nullable Stored> changes) {
            changes.forEach((ref, told) -> {
                if (told == null) {
                    stored.remove(ref);
                } else {
                    // What was written since is newer than what is told now.
                    stored.merge(
                            ref,
                            told,
                            (known, fresh) -> fresh.version() != 0
                                            && fresh.version() < known.version()
                                            && fresh.uid().equals(known.uid())
                                    ? known
                                    : fresh);
                }
            });
            signals.release();
        }

        @Override
        public void synced() {
            unlisted.countDown();
        }
    }
}
