package io.weir.controlplane.identity.ca;

import io.weir.controlplane.identity.ca.RotationStep.Moved;
import io.weir.controlplane.identity.ca.RotationStep.Phase;
import io.weir.controlplane.identity.ca.RotationStep.Stayed;
import io.weir.controlplane.identity.ca.store.AuthorityStore;
import io.weir.controlplane.identity.ca.store.GivenRoots;
import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.identity.pod.PodCertificate;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.state.StateUnusable;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs the mesh's certificates, and replaces its root without a moment in which two members don't trust each other: a
 * new root is trusted everywhere before it signs, and the old one until nothing it signed is valid.
 *
 * <p>Safe for use by many threads. Several control planes may share one store: all sign, and one of them at a time
 * rotates.
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
     * @param alarm what is wrong with the authority's own state and needs a person; empty if nothing is
     * @param waitingFor why a rotation does not go on; empty if none is under way or the next step is due
     * @param signer id of the root that signs
     * @param roots the trusted ones, oldest first
     */
    public record Status(
            String trustDomain,
            Phase phase,
            String waitingFor,
            String alarm,
            String bundleVersion,
            String signer,
            List<RootStatus> roots) {

        public Status {
            roots = List.copyOf(roots);
        }
    }

    /** One trusted root. */
    public record RootStatus(String id, Instant notBefore, Instant notAfter) {}

    private final AuthorityStore store;
    private final @Nullable GivenRoots given;
    private final CertificateSettings settings;
    private final InstantSource clock;
    private final Instant opened;
    private final Mint mint;
    private String version;
    private volatile AuthorityState state;
    private volatile TrustBundle bundle;
    private volatile String waitingFor = "";
    private volatile String alarm = "";

    /** What all control planes of one mesh share. */
    public record Shared(AuthorityStore store, @Nullable GivenRoots given) {}

    private record Versioned(AuthorityState state, String version) {}

    private CertificateAuthority(
            Shared shared, Versioned state, Mint mint, CertificateSettings settings, InstantSource clock) {
        this.store = shared.store();
        this.given = shared.given();
        this.state = state.state();
        this.version = state.version();
        this.bundle = state.state().bundle();
        this.settings = settings;
        this.clock = clock;
        this.opened = clock.instant();
        this.mint = mint;
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
        return open(new Shared(new AuthorityFile(folder), null), trustDomain, settings, clock);
    }

    /**
     * The store's authority, made if there never was one; of several control planes that begin at once one makes it.
     *
     * @param shared whose store is closed with the authority, and here if this fails
     * @throws io.weir.controlplane.identity.state.StateUnusable if what is there is damaged, lost or of another trust
     *     domain
     */
    public static CertificateAuthority open(
            Shared shared, TrustDomain trustDomain, CertificateSettings settings, InstantSource clock)
            throws IOException {
        CertificateAuthority opened = null;
        try {
            Mint mint = new Mint(trustDomain, settings);
            Versioned state = null;
            while (state == null) {
                state = open(shared, trustDomain, mint, settings, clock.instant());
            }
            opened = new CertificateAuthority(shared, state, mint, settings, clock);
            LOG.atInfo()
                    .addKeyValue("signer", opened.state.signer().id())
                    .addKeyValue("until", opened.state.signer().notAfter())
                    .addKeyValue("phase", opened.state.phase())
                    .log("certificate authority opened");
            return opened;
        } finally {
            if (opened == null) {
                shared.store().close();
            }
        }
    }

    /** Null if another control plane wrote at the same time, which is looked at again. */
    private static @Nullable Versioned open(
            Shared shared, TrustDomain trustDomain, Mint mint, CertificateSettings settings, Instant now)
            throws IOException {
        AuthorityStore store = shared.store();
        AuthorityStore.Saved saved = store.read();
        try {
            if (saved == null) {
                AuthorityState first =
                        AuthorityState.first(trustDomain, first(shared.given(), mint, settings, now), now);
                Versioned made = new Versioned(first, store.write(AuthorityText.of(first), null));
                LOG.atInfo()
                        .addKeyValue("signer", first.signer().id())
                        .addKeyValue("phase", first.phase())
                        .log("certificate authority made");
                return made;
            }
            AuthorityState stored = AuthorityText.parse(saved.text(), trustDomain, store);
            AuthorityState ours = stored.signingFor(settings.leaf());
            return ours.equals(stored)
                    ? new Versioned(stored, saved.version())
                    : new Versioned(ours, store.write(AuthorityText.of(ours), saved.version()));
        } catch (AuthorityStore.Outdated another) {
            return null;
        }
    }

    private static Root first(@Nullable GivenRoots given, Mint mint, CertificateSettings settings, Instant now)
            throws IOException {
        return given == null ? mint.root(now) : GivenRoot.of(given, settings, now);
    }

    /**
     * Takes over what another control plane has changed meanwhile. To be called every few seconds where others share the
     * store. While it can't be read, or is lost, the authority goes on with what it knows and raises an alarm.
     *
     * @return whether the trusted roots or the signer changed
     */
    public synchronized boolean reload() {
        try {
            AuthorityStore.Saved saved = store.read();
            if (saved == null) {
                raise(store.place() + " is gone; " + store.remedy());
                return false;
            }
            AuthorityState fresh = saved.version().equals(version)
                    ? state
                    : AuthorityText.parse(saved.text(), state.trustDomain(), store);
            if (!fresh.isAkinTo(state)) {
                // As after a loss that was answered with a new root: what proxies trust must not change at a stroke.
                raise(store.place() + " holds another authority than the mesh trusts; " + store.remedy());
                return false;
            }
            boolean changed = !fresh.bundle().version().equals(bundle.version())
                    || !fresh.signer().id().equals(state.signer().id());
            version = saved.version();
            state = fresh;
            bundle = fresh.bundle();
            lower();
            return changed;
        } catch (StateUnusable lost) {
            raise(String.valueOf(lost.getMessage()));
        } catch (IOException away) {
            LOG.debug("the authority's state can't be read now", away);
        }
        return false;
    }

    private void raise(String problem) {
        if (!alarm.equals(problem)) {
            alarm = problem;
            LOG.error("the certificate authority goes on with what it has in memory: {}", problem);
        }
    }

    private void lower() {
        if (!alarm.isEmpty()) {
            alarm = "";
            LOG.info("the certificate authority's state is in order again");
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

    /**
     * A certificate for the telemetry program, by which proxies know it, and its replicas each other.
     *
     * @param pod that the program runs in, and in which its key was made
     * @throws IllegalArgumentException if a name could stand for another identity; no object of a mesh has such a name
     */
    public PodCertificate issueTelemetry(PodBinding pod, PublicKey key) {
        return mint.telemetry(state.signer(), pod, key, clock.instant());
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
                yield given == null
                        ? move(state.distributing(mint.root(now), now))
                        : stay("a new root in " + given.place() + ", from where this mesh has its roots");
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
            case STEADY -> given == null ? renewed(now) : follow(given, now);
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

    private RotationStep renewed(Instant now) throws IOException {
        return lastFifth(state.young(), now) ? rotate() : stay("");
    }

    /** A root that its owner replaced is distributed as one of our own would be. */
    private RotationStep follow(GivenRoots given, Instant now) throws IOException {
        Root present = GivenRoot.of(given, settings, now);
        if (!present.id().equals(state.young().id())) {
            return move(state.distributing(present, now));
        }
        return stay(
                lastFifth(present, now)
                        ? "a new root in " + given.place() + ": the present one ends at " + present.notAfter()
                        : "");
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
        try {
            version = store.write(AuthorityText.of(next), version);
        } catch (AuthorityStore.Outdated another) {
            return stay("a look at what another control plane changed");
        }
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
                alarm,
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
        store.close();
    }
}
