package io.weir.telemetry.window;

import io.weir.telemetry.ingest.Push.Counter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much is new of request counters that were never seen, of an Envoy that was there before: it leaves counters out of its pushes
 * that are not used, so what one shows when it is back may be old.
 */
final class Unsure {

    /** A counter is read a moment after its histogram, so a little more than was measured may be new. */
    private static final long SLACK = 2;

    private Unsure() {}

    /**
     * What is new of each, seen from how many requests were measured since the push before. Each has counted something, or it would
     * still be left out.
     *
     * @param counters of one series
     * @param measured requests of that series that other counters don't account for
     * @return null if that can't be told, as of two that share what was measured: which was a success and which a failure is not known
     */
    static @Nullable Map<Counter, Long> shares(List<Counter> counters, long measured) {
        long all = counters.stream().mapToLong(Counter::value).sum();
        Map<Counter, Long> shares = new HashMap<>();
        if (all <= measured + SLACK) {
            counters.forEach(counter -> shares.put(counter, counter.value()));
        } else if (counters.size() == 1 || measured <= counters.size()) {
            counters.forEach(counter -> shares.put(counter, Math.max(1, measured / counters.size())));
        } else {
            return null;
        }
        return shares;
    }
}
