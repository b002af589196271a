package io.weir.injector.serving;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What comes after a state. */
final class ServingSteps {

    private final ServingMint mint;
    private final ServingSettings settings;

    ServingSteps(ServingMint mint, ServingSettings settings) {
        this.mint = mint;
        this.settings = settings;
    }

    /**
     * The first one, or the one after the Secret was lost.
     *
     * @param previous the root of what is shown meanwhile
     */
    ServingState first(@Nullable X509Certificate previous, Instant now) {
        Certified signer = mint.authority(now);
        return new ServingState(signer, null, previous, mint.pair(signer, now));
    }

    /**
     * One step, or the same state.
     *
     * @param known how long every caBundle has had all roots of the state
     */
    ServingState after(ServingState state, Duration known, Instant now) {
        boolean distributed = known.compareTo(settings.distribution()) >= 0;
        if (state.signer().isExpired(now)) {
            return first(null, now);
        }
        Certified next = state.next();
        if (next != null && distributed) {
            return new ServingState(next, null, state.signer().certificate(), mint.pair(next, now));
        }
        if (next == null && ServingSettings.isDue(state.signer(), now)) {
            return new ServingState(state.signer(), mint.authority(now), state.previous(), state.pair());
        }
        if (ServingSettings.isDue(state.pair(), now) && mint.lengthens(state.pair(), state.signer(), now)) {
            return new ServingState(state.signer(), next, state.previous(), mint.pair(state.signer(), now));
        }
        if (state.previous() != null && distributed) {
            return new ServingState(state.signer(), next, null, state.pair());
        }
        return state;
    }
}
