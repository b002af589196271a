package io.weir.controlplane.status;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.ClusterState.ObjectVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports what happens to SMI objects as Events, for as long as it is open: each occurrence when it begins, now and then
 * while it lasts, and once when it is over. It begins with what was reported before, so that a new leader says nothing
 * twice.
 */
public final class EventWriter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventWriter.class);

    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    /** An API server forgets Events after an hour. */
    private static final Duration REMINDER = Duration.ofMinutes(30);

    private static final int AT_ONCE = 50;
    private static final Duration EACH = Duration.ofMillis(100);
    private static final int AT_ONCE_OF_ONE = 10;
    private static final Duration EACH_OF_ONE = Duration.ofMinutes(1);

    private final Supplier<Observed> observed;
    private final InstantSource clock;
    private final Reported reported;
    private final TokenBucket all;
    private final Map<ObjectRef, TokenBucket> buckets = new HashMap<>();
    private final Set<Occurrence> lasting = new HashSet<>();
    private final Semaphore end = new Semaphore(0);
    private final Thread thread;
    private @Nullable Judged judged;

    private record Judged(Observed of, Set<Occurrence> present) {}

    private EventWriter(KubernetesClient client, Supplier<Observed> observed, InstantSource clock) {
        this.observed = observed;
        this.clock = clock;
        this.reported = new Reported(StatusWriter.once(client));
        this.all = new TokenBucket(AT_ONCE, EACH, clock.instant());
        this.thread = Thread.ofVirtual().name("events").unstarted(this::run);
    }

    /**
     * Starts; the client stays its owner's, and must be open until this is closed.
     *
     * @param observed asked about every second, by one thread
     */
    public static EventWriter start(KubernetesClient client, Supplier<Observed> observed, InstantSource clock) {
        EventWriter writer = new EventWriter(client, observed, clock);
        writer.thread.start();
        return writer;
    }

    private void run() {
        try {
            Duration retry = FIRST_RETRY;
            boolean read = false;
            Duration pause = Duration.ZERO;
            while (!end.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    if (!read) {
                        lasting.addAll(reported.read());
                        read = true;
                    }
                    round(observed.get());
                    retry = FIRST_RETRY;
                    pause = ROUND;
                } catch (KubernetesClientException away) {
                    log.warn("events can't be written now: {}", away.getMessage());
                    pause = retry;
                    retry = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
                } catch (RuntimeException bug) {
                    log.error("events can't be told", bug);
                    pause = LAST_RETRY;
                }
            }
        } catch (InterruptedException e) {
            log.debug("ended while it waited");
        }
    }

    private void round(Observed now) {
        Set<Occurrence> present = present(now);
        for (Occurrence occurrence : present) {
            boolean due = !lasting.contains(occurrence)
                    || reported.last(occurrence).plus(REMINDER).isBefore(clock.instant());
            if (due && report(occurrence)) {
                lasting.add(occurrence);
            }
        }
        Map<ObjectRef, ObjectVersion> objects = now.state().versions();
        for (Occurrence occurrence : List.copyOf(lasting)) {
            if (!present.contains(occurrence)) {
                ObjectVersion version = objects.get(occurrence.object());
                boolean exists = version != null && version.uid().equals(occurrence.uid());
                if (!exists || report(occurrence.over())) {
                    lasting.remove(occurrence);
                }
            }
        }
        forget();
    }

    @SuppressWarnings("ReferenceEquality") // the same object means that nothing changed
    private Set<Occurrence> present(Observed now) {
        Judged last = judged;
        if (last == null
                || last.of().state() != now.state()
                || last.of().built() != now.built()
                || !last.of().acknowledgements().equals(now.acknowledgements())) {
            last = new Judged(now, Occurrences.of(now));
            judged = last;
        }
        return last.present();
    }

    /** Returns whether it could be said now; what could not is tried again. */
    private boolean report(Occurrence occurrence) {
        Instant now = clock.instant();
        TokenBucket own =
                buckets.computeIfAbsent(occurrence.object(), _ -> new TokenBucket(AT_ONCE_OF_ONE, EACH_OF_ONE, now));
        if (!own.take(now) || !all.take(now)) {
            return false;
        }
        reported.write(occurrence, now);
        return true;
    }

    private void forget() {
        Instant now = clock.instant();
        buckets.values().removeIf(bucket -> bucket.isFull(now));
        reported.forget(now.minus(REMINDER.multipliedBy(4)));
    }

    @Override
    public void close() {
        end.release();
        thread.interrupt();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
