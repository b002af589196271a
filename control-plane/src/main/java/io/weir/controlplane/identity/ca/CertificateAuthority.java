package io.weir.controlplane.identity.ca;

import io.weir.controlplane.identity.ca.RotationStep.Moved;
import io.weir.controlplane.identity.ca.RotationStep.Phase;
import io.weir.controlplane.identity.ca.RotationStep.Stayed;
import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.identity.pod.PodCertificate;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.state.StateLock;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs the mesh's certificates, and replaces its root without a moment in which two members don't trust each other: a
 * new root is trusted everywhere before it signs, and the old one until nothing it signed is valid.
 *
 * <p>Safe for use by many threads. Holds the state folder's lock until it is closed.
 */
public final class CertificateAuthority implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateAuthority.class);

    /** The share of a root's life that is left when its successor is made. */
    private static final int LAST_FIFTH = 5;

    /** Answers whether the proxies have a bundle. */
    @FunctionalInterface
    public interface BundleHolders {

        /** Whether every connected proxy has acknowledged this bundle; true if none is connected. */
        boolean allHold(TrustBundle bundle);
    }

    /**
     * What {@code weir status} shows.
     *
     * @param waitingFor why a rotation does not go on; empty if none is under way or the next step is due
     * @param signer id of the root that signs
     * @param roots the trusted ones, oldest first
     */
    public record Status(
            String trustDomain,
            Phase phase,
            String waitingFor,
            String bundleVersion,
            String signer,
            List<RootStatus> roots) {

        public Status {
            roots = List.copyOf(roots);
        }
    }

    /** One trusted root. */
    public record RootStatus(String id, Instant notBefore, Instant notAfter) {}

    private final AuthorityFile file;
    private final StateLock lock;
    private final CertificateSettings settings;
    private final InstantSource clock;
    private final Instant opened;
    private final Mint mint;
    private volatile AuthorityState state;
    private volatile TrustBundle bundle;
    private volatile String waitingFor = "";

    private CertificateAuthority(
            AuthorityFile file,
            StateLock lock,
            AuthorityState state,
            CertificateSettings settings,
            InstantSource clock) {
        this.file = file;
        this.lock = lock;
        this.state = state;
        this.bundle = state.bundle();
        this.settings = settings;
        this.clock = clock;
        this.opened = clock.instant();
        this.mint = new Mint(state.trustDomain(), settings);
    }

    /**
     * The folder's authority, made if there is none.
     *
     * @throws io.weir.controlplane.identity.state.StateUnusable if another process uses the folder, or what is in it is
     *     damaged or of another trust domain
     */
    public static CertificateAuthority open(
            StateFolder folder, TrustDomain trustDomain, CertificateSettings settings, InstantSource clock)
            throws IOException {
        StateLock lock = folder.lock();
        CertificateAuthority opened = null;
        try {
            AuthorityFile file = new AuthorityFile(folder);
            AuthorityState stored = file.read(trustDomain);
            Instant now = clock.instant();
            AuthorityState state = stored == null
                    ? AuthorityState.first(trustDomain, new Mint(trustDomain, settings).root(now), now)
                    : stored.signingFor(settings.leaf());
            if (!state.equals(stored)) {
                file.write(state);
            }
            opened = new CertificateAuthority(file, lock, state, settings, clock);
            LOG.atInfo()
                    .addKeyValue("signer", state.signer().id())
                    .addKeyValue("until", state.signer().notAfter())
                    .addKeyValue("phase", state.phase())
                    .log(stored == null ? "certificate authority made" : "certificate authority opened");
            return opened;
        } finally {
            if (opened == null) {
                lock.close();
            }
        }
    }

    public TrustDomain trustDomain() {
        return state.trustDomain();
    }

    /** The roots to trust now. */
    public TrustBundle bundle() {
        return bundle;
    }

    /**
     * A new key and certificate, never valid for longer than its signer.
     *
     * @throws IllegalArgumentException if a name could stand for another identity; no object of a mesh has such a name
     */
    public Svid issue(Identity identity, WorkloadKey workload) {
        return mint.svid(state.signer(), identity, workload, clock.instant());
    }

    /**
     * A certificate for a key that a node made for one of its pods.
     *
     * @param longest its life, from its beginning some minutes ago; shorter if the settings or the signer say so
     * @throws IllegalArgumentException if a name could stand for another identity; no object of a mesh has such a name
     */
    public PodCertificate issue(PodBinding pod, PublicKey key, Duration longest) {
        return mint.pod(state.signer(), pod, key, longest, clock.instant());
    }

    /** A new key and certificate for the xDS port. */
    public ServerCertificate issueXdsServer() {
        return mint.xdsServer(state.signer(), clock.instant());
    }

    /** Whether something signed by this root should be replaced, whatever its age. */
    public boolean signsNoMore(String root) {
        return !state.signer().id().equals(root);
    }

    /** Makes a new root and trusts it beside the present one; nothing if a rotation is under way. */
    public synchronized RotationStep rotate() throws IOException {
        return switch (state.phase()) {
            case STEADY -> {
                Instant now = clock.instant();
                yield move(state.distributing(mint.root(now), now));
            }
            case DISTRIBUTING, SIGNING_NEW -> new Stayed(state.phase(), "the end of the rotation under way");
        };
    }

    /**
     * Goes one step on if its time has come. To be called every few seconds, and when a proxy acknowledges a bundle.
     *
     * @throws IOException if the step can't be written; then it is not taken
     */
    public synchronized RotationStep advance(BundleHolders holders) throws IOException {
        Instant now = clock.instant();
        return switch (state.phase()) {
            case STEADY -> lastFifth(state.young(), now) ? rotate() : stay("");
            case DISTRIBUTING -> {
                String missing = beforeSigning(holders, now);
                yield missing.isEmpty() ? move(state.signingNew(now, settings.skew())) : stay(missing);
            }
            case SIGNING_NEW -> {
                Instant until = Objects.requireNonNull(state.oldUntil());
                yield now.isBefore(until)
                        ? stay("the end of the old root's last certificate at " + until)
                        : move(state.steady(now));
            }
        };
    }

    private static boolean lastFifth(Root root, Instant now) {
        return Duration.between(now, root.notAfter()).multipliedBy(LAST_FIFTH).compareTo(root.life()) < 0;
    }

    /** What the new root waits for before it signs; empty: nothing. */
    private String beforeSigning(BundleHolders holders, Instant now) {
        // A proxy that never acknowledges would hold the mesh at a root that ends; past this point it harms itself
        // alone.
        if (state.signer().notAfter().minus(settings.leaf()).isBefore(now)) {
            return "";
        }
        // After a restart nobody is connected yet, which is not the same as everybody having the bundle.
        Instant from = opened.isAfter(state.since()) ? opened : state.since();
        Instant earliest = from.plus(settings.distribution());
        if (now.isBefore(earliest)) {
            return "proxies to fetch the new root, until " + earliest + " at least";
        }
        return holders.allHold(bundle) ? "" : "connected proxies that have not acknowledged the new root";
    }

    private RotationStep stay(String reason) {
        waitingFor = reason;
        return new Stayed(state.phase(), reason);
    }

    /** On the disk first: a process that dies in between takes the same step again, with the same roots. */
    private RotationStep move(AuthorityState next) throws IOException {
        Phase from = state.phase();
        file.write(next);
        state = next;
        bundle = next.bundle();
        waitingFor = "";
        LOG.atInfo()
                .addKeyValue("from", from)
                .addKeyValue("to", next.phase())
                .addKeyValue("signer", next.signer().id())
                .addKeyValue("bundle", bundle.version())
                .log("root rotation");
        return new Moved(from, next.phase());
    }

    public Status status() {
        AuthorityState now = state;
        return new Status(
                now.trustDomain().name(),
                now.phase(),
                waitingFor,
                now.bundle().version(),
                now.signer().id(),
                Stream.of(now.old(), now.young())
                        .filter(Objects::nonNull)
                        .map(root -> new RootStatus(
                                root.id(), root.certificate().getNotBefore().toInstant(), root.notAfter()))
                        .toList());
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
