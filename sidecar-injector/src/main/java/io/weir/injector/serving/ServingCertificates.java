package io.weir.injector.serving;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a program's certificate fresh and known to the API server. Each replica does so; they meet in the Secret.
 *
 * <p>What the API server says when it changes only wakes; each look reads all anew, and there is one every minute even if
 * nothing wakes.
 */
public final class ServingCertificates implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ServingCertificates.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(200);

    /** Should someone else insist on another caBundle, neither side may keep the API server busy. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final KubernetesClient client;
    private final String namespace;
    private final InstantSource clock;
    private final ServingSettings settings;
    private final ServingSecret secret;
    private final ServingSteps steps;
    private final CaBundles bundles;
    private final CurrentKey key = new CurrentKey();
    private final Semaphore wakes = new Semaphore(0);
    private final AtomicBoolean watchEnded = new AtomicBoolean(true);
    private final List<Watch> watches = new ArrayList<>();
    private final Thread thread;
    private @Nullable ServingState latest;
    private @Nullable String knownBundle;
    private Instant knownSince = Instant.MAX;
    private volatile boolean ready;
    private final CountDownLatch ended = new CountDownLatch(1);

    private ServingCertificates(
            KubernetesClient client, String namespace, ServedBy served, InstantSource clock, ServingSettings settings) {
        this.client = client;
        this.namespace = namespace;
        this.clock = clock;
        this.settings = settings;
        this.secret = new ServingSecret(client, namespace, served.secret());
        this.steps = new ServingSteps(new ServingMint(served.service(), namespace, settings), settings);
        this.bundles = new CaBundles(client, namespace, served);
        this.thread = Thread.ofVirtual().name("serving-certificates").unstarted(this::run);
    }

    /**
     * Begins; nothing is waited for.
     *
     * @param client stays its owner's
     * @param namespace of the Secret and of the Service
     * @param served which program this is
     */
    public static ServingCertificates start(
            KubernetesClient client, String namespace, ServedBy served, InstantSource clock) {
        return start(client, namespace, served, clock, ServingSettings.usual());
    }

    /** With lives and waits of the caller's. */
    public static ServingCertificates start(
            KubernetesClient client, String namespace, ServedBy served, InstantSource clock, ServingSettings settings) {
        ServingCertificates certificates = new ServingCertificates(client, namespace, served, clock, settings);
        certificates.thread.start();
        return certificates;
    }

    /** Has the present pair at each handshake; none before there is one. */
    public X509ExtendedKeyManager keyManager() {
        return key;
    }

    /** Whether there is a pair and its root was in every caBundle. Stays so: what happens later is mended, not waited for. */
    public boolean isReady() {
        return ready;
    }

    /** Until when the present pair holds; null before there is one. */
    public @Nullable Instant notAfter() {
        Certified pair = key.pair();
        return pair == null ? null : pair.certificate().getNotAfter().toInstant();
    }

    /** Looks now, rather than within the minute. */
    public void look() {
        wakes.release();
    }

    private void run() {
        Duration retry = FIRST_RETRY;
        while (ended.getCount() > 0) {
            Duration wait;
            try {
                boolean settled = round();
                wait = settled ? settings.check() : least(FIRST_RETRY, settings.check());
                retry = FIRST_RETRY;
            } catch (KubernetesClientException e) {
                log.warn("serving certificates: {}; trying again in {} ms", e.getMessage(), retry.toMillis());
                wait = retry;
                retry = least(retry.multipliedBy(2), settings.check());
            } catch (RuntimeException e) {
                log.error("serving certificates: this is a bug; trying again", e);
                wait = settings.check();
            }
            if (!waited(wait)) {
                return;
            }
        }
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** False if it was told to end. */
    private boolean waited(Duration wait) {
        try {
            if (ended.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
            wakes.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
            wakes.drainPermits();
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    /** One look at all. False if there is more to do soon. */
    private boolean round() {
        ServingSecret.Read read = secret.read();
        Instant now = clock.instant();
        ServingState before = read.state();
        ServingState next =
                before == null ? steps.first(shownRoot(), now) : steps.after(before, known(before, now), now);
        if (!next.equals(before)) {
            if (!secret.write(next, read.version())) {
                return false;
            }
            log.info("serving certificates: {}, signed by {}", next.pair(), next.signer());
        }
        latest = next;
        int corrected = bundles.correct(this::freshBundle);
        ServingState state = latest;
        note(state, corrected, clock.instant());
        boolean shown = show(state, clock.instant());
        rewatch();
        return corrected == 0 && shown && next.equals(before);
    }

    /** The root by which others know what is shown now. */
    private @Nullable X509Certificate shownRoot() {
        ServingState state = latest;
        return state == null ? null : state.signer().certificate();
    }

    private String freshBundle() {
        ServingState state = secret.read().state();
        if (state == null) {
            throw new KubernetesClientException("the Secret " + secret.name() + " went away");
        }
        latest = state;
        return state.bundle();
    }

    private void note(ServingState state, int corrected, Instant now) {
        String bundle = state.bundle();
        if (corrected > 0 || !bundle.equals(knownBundle)) {
            knownBundle = corrected > 0 ? null : bundle;
            knownSince = now;
        }
    }

    private Duration known(ServingState state, Instant now) {
        return state.bundle().equals(knownBundle) ? Duration.between(knownSince, now) : Duration.ZERO;
    }

    /** False if the pair is to be shown later: API servers may not have noticed its root yet. */
    private boolean show(ServingState state, Instant now) {
        Certified shown = key.pair();
        if (knownBundle == null) {
            // Until it is known there is nothing that is better known.
            if (shown == null) {
                key.use(state.pair());
            }
            return false;
        }
        boolean same = shown != null && shown.certificate().equals(state.pair().certificate());
        if (!same) {
            if (shown != null && known(state, now).compareTo(settings.settling()) < 0) {
                return false;
            }
            key.use(state.pair());
        }
        ready = true;
        return true;
    }

    private void rewatch() {
        if (!watchEnded.getAndSet(false)) {
            return;
        }
        watches.forEach(Watch::close);
        watches.clear();
        Runnable ended = () -> watchEnded.set(true);
        try {
            watches.addAll(bundles.watch(this::look, ended));
            watches.add(client.secrets()
                    .inNamespace(namespace)
                    .withName(secret.name())
                    .watch(new CaBundles.Signal<>(this::look, ended)));
        } catch (KubernetesClientException e) {
            watchEnded.set(true);
            throw e;
        }
    }

    @Override
    public void close() {
        ended.countDown();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watches.forEach(Watch::close);
    }
}
