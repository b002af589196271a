package io.weir.controlplane.leader;

import java.time.Duration;

/**
 * The Lease that is contended for.
 *
 * @param identity this replica's name among the contenders
 * @param duration how long a lease holds after its last renewal: the longest time without a leader
 * @param renewal how long a leader that can't renew goes on; shorter than {@code duration}, so that it ends before another
 *     begins
 * @param retry how often a lease is renewed, and how often the others look
 */
public record LeaseSettings(
        String namespace, String name, String identity, Duration duration, Duration renewal, Duration retry) {

    public LeaseSettings {
        if (renewal.compareTo(duration) >= 0 || retry.compareTo(renewal) >= 0) {
            throw new IllegalArgumentException(
                    "retry " + retry + " < renewal " + renewal + " < duration " + duration + " does not hold");
        }
    }

    /** 15, 10 and 2 seconds, as Kubernetes' own controllers have them. */
    public static LeaseSettings usual(String namespace, String name, String identity) {
        return new LeaseSettings(
                namespace, name, identity, Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }
}
