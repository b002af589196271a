package io.weir.cli.demo;

import java.time.Duration;

/**
 * How long the demo waits, and for what.
 *
 * @param ready for all replicas to take traffic
 * @param settle after an edit, before counting: a saved file is live at once, but requests were under way
 * @param tick between two looks at the callers' counts
 * @param limit for the first answers, and for enough requests in a step
 */
record Pace(Duration ready, Duration settle, Duration tick, Duration limit) {

    static final Pace USUAL =
            new Pace(Duration.ofMinutes(2), Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofMinutes(1));
}
