package io.weir.controlplane.status;

import java.time.Duration;
import java.time.Instant;

/** Lets so many at once, and so many more as time passes. Used by one thread. */
final class TokenBucket {

    private final int most;
    private final Duration each;
    private double tokens;
    private Instant filled;

    /** @param each in which time one more comes */
    TokenBucket(int most, Duration each, Instant now) {
        this.most = most;
        this.each = each;
        this.tokens = most;
        this.filled = now;
    }

    boolean take(Instant now) {
        double more = (double) Duration.between(filled, now).toNanos() / each.toNanos();
        if (more > 0) {
            tokens = Math.min(most, tokens + more);
            filled = now;
        }
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Whether nothing was taken lately, so that a new one would be the same. */
    boolean isFull(Instant now) {
        return tokens + (double) Duration.between(filled, now).toNanos() / each.toNanos() >= most;
    }
}
