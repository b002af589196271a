package io.weir.controlplane.source.kubernetes.watch;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Growing pauses between attempts, spread so that a crowd that lost its server does not come back at one moment. */
final class Backoff {

    private final Duration first;
    private final Duration longest;
    private int failures;

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** From half of the growing pause to all of it. */
    Duration next() {
        double full = first.toMillis() * Math.pow(2, Math.min(failures++, 30));
        long capped = Math.min((long) full, longest.toMillis());
        return spread(Duration.ofMillis(capped * 3 / 4), 1.0 / 3, ThreadLocalRandom.current());
    }

    void reset() {
        failures = 0;
    }

    /** A duration that much shorter or longer at most. */
    static Duration spread(Duration around, double share, RandomGenerator random) {
        return Duration.ofMillis((long) (around.toMillis() * (1 - share + 2 * share * random.nextDouble())));
    }
}
