package io.weir.injector.serving;

import java.time.Duration;
import java.time.Instant;

/**
 * Lives and waits.
 *
 * @param authority life of a root; its follower is made at two thirds of it
 * @param pair life of what the webhooks show; it is renewed at two thirds of it
 * @param distribution how long a root is in every caBundle before it signs, and stays there after another took its place
 * @param settling how long API servers may take to notice a caBundle
 * @param check how often all is looked at, though nothing is known to have changed
 */
public record ServingSettings(
        Duration authority, Duration pair, Duration distribution, Duration settling, Duration check) {

    /** Clocks of the nodes may differ by as much. */
    static final Duration SKEW = Duration.ofHours(1);

    public static ServingSettings usual() {
        return new ServingSettings(
                Duration.ofDays(365),
                Duration.ofDays(30),
                Duration.ofMinutes(10),
                Duration.ofSeconds(5),
                Duration.ofMinutes(1));
    }

    /** Two thirds of the way. */
    static boolean isDue(Certified certified, Instant now) {
        Instant from = certified.certificate().getNotBefore().toInstant().plus(SKEW);
        Instant until = certified.certificate().getNotAfter().toInstant();
        return !now.isBefore(
                from.plus(Duration.between(from, until).multipliedBy(2).dividedBy(3)));
    }
}
