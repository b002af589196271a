package io.weir.controlplane.identity.ca;

import io.weir.controlplane.identity.ca.RotationStep.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the authority must remember, as one value: it is written whole before it is used.
 *
 * @param since when the phase began
 * @param old the root that ends; null in {@link Phase#STEADY}
 * @param young the only root, or the one that stays
 * @param oldUntil when nothing signed by {@code old} is valid any more; null before {@link Phase#SIGNING_NEW}
 */
record AuthorityState(
        TrustDomain trustDomain,
        Phase phase,
        Instant since,
        @Nullable Root old,
        Root young,
        @Nullable Instant oldUntil) {

    AuthorityState {
        boolean whole = switch (phase) {
            case STEADY -> old == null && oldUntil == null && young.key() != null;
            case DISTRIBUTING -> old != null && old.key() != null && oldUntil == null && young.key() != null;
            case SIGNING_NEW -> old != null && old.key() == null && oldUntil != null && young.key() != null;
        };
        if (!whole) {
            throw new IllegalArgumentException("the roots don't fit the phase " + phase);
        }
    }

    static AuthorityState first(TrustDomain trustDomain, Root root, Instant now) {
        return new AuthorityState(trustDomain, Phase.STEADY, now, null, root, null);
    }

    AuthorityState distributing(Root fresh, Instant now) {
        return new AuthorityState(trustDomain, Phase.DISTRIBUTING, now, young, fresh, null);
    }

    /** The old key is forgotten at once: nothing may be signed with it again. */
    AuthorityState signingNew(Instant now, Duration skew) {
        Root ending = ending();
        Instant oldUntil = now.plus(ending.longestLeaf()).plus(skew);
        return new AuthorityState(trustDomain, Phase.SIGNING_NEW, now, ending.withoutKey(), young, oldUntil);
    }

    AuthorityState steady(Instant now) {
        return new AuthorityState(trustDomain, Phase.STEADY, now, null, young, null);
    }

    AuthorityState signingFor(Duration leaf) {
        return new AuthorityState(
                trustDomain, phase, since, old == null ? null : old.signingFor(leaf), young.signingFor(leaf), oldUntil);
    }

    private Root ending() {
        if (old == null) {
            throw new IllegalStateException("no root ends in " + phase);
        }
        return old;
    }

    /** Whether some proxy may trust both this one and the other. */
    boolean isAkinTo(AuthorityState other) {
        return ids().stream().anyMatch(other.ids()::contains);
    }

    private List<String> ids() {
        return old == null ? List.of(young.id()) : List.of(old.id(), young.id());
    }

    Root signer() {
        return switch (phase) {
            case STEADY, SIGNING_NEW -> young;
            case DISTRIBUTING -> ending();
        };
    }

    TrustBundle bundle() {
        return TrustBundle.of(
                old == null ? List.of(young.certificate()) : List.of(old.certificate(), young.certificate()));
    }
}
