package io.weir.controlplane.identity.ca;

import java.time.Duration;

/**
 * How long certificates live.
 *
 * @param leaf life of a workload's certificate; it is renewed at about half of it
 * @param root life of a root; its successor is distributed when a fifth of it is left
 * @param skew how far clocks may differ: certificates begin this long before they are made, and an old root is trusted
 *     this long after its last certificate ended
 * @param distribution how long a new root is distributed at least before it signs: a proxy that lost its connection has
 *     this long to come back and get it
 */
public record CertificateSettings(Duration leaf, Duration root, Duration skew, Duration distribution) {

    public CertificateSettings {
        if (leaf.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("certificates live at least a second, not " + leaf);
        }
        if (root.compareTo(leaf.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("a root that lives " + root + " can't sign certificates for " + leaf);
        }
        if (skew.isNegative() || distribution.isNegative()) {
            throw new IllegalArgumentException("a negative time: " + skew + ", " + distribution);
        }
    }

    /** A day, ten years, five minutes, one minute. */
    public static CertificateSettings defaults() {
        return new CertificateSettings(
                Duration.ofHours(24), Duration.ofDays(3652), Duration.ofMinutes(5), Duration.ofMinutes(1));
    }
}
