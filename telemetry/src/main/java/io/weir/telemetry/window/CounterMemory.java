package io.weir.telemetry.window;

import io.weir.telemetry.ingest.Push.Counter;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The last value of each of a sidecar's counters, to tell how much was added. At every eviction Envoy leaves out of its pushes
 * what is not used from then on; at the next it lets go of what still wasn't. So a counter that was left out goes on where it
 * was if it comes back within the time between two evictions, and begins at 0 again after that.
 */
final class CounterMemory {

    private static final long JITTER_MS = 2_500;

    private final long evictionMs;
    private final Map<Counter.Id, Last> last = new HashMap<>();

    /** @param evictionMs a counter that is left out of pushes for longer than this was let go */
    CounterMemory(long evictionMs) {
        this.evictionMs = evictionMs;
    }

    private record Last(long value, long seenMs) {}

    /**
     * How much was added since the value before, and remembers this one.
     *
     * @param previousMs when the push before this one came
     */
    long added(Counter counter, long nowMs, long previousMs) {
        Last before = last.put(counter.id(), new Last(counter.value(), nowMs));
        boolean anew = before == null
                || counter.value() < before.value()
                // Not after a silence, in which it may have been used.
                || (before.seenMs() < previousMs
                        && nowMs - previousMs <= EdgeStore.LATE_MS
                        && nowMs - before.seenMs() > evictionMs + JITTER_MS);
        return anew ? counter.value() : counter.value() - before.value();
    }

    /** Remembers a value of which it isn't known when it was reached. */
    void begin(Counter counter, long nowMs) {
        last.put(counter.id(), new Last(counter.value(), nowMs));
    }

    @Nullable
    Long value(Counter.Id id) {
        Last before = last.get(id);
        return before == null ? null : before.value();
    }

    Set<Counter.Id> ids() {
        return last.keySet();
    }

    void clear() {
        last.clear();
    }

    boolean knows(Counter.Id id) {
        return last.containsKey(id);
    }

    /** Forgets those that were let go for certain: pushes have come without them for long enough. */
    void sweep(long lastPushMs) {
        last.values().removeIf(value -> lastPushMs - value.seenMs() > 2 * evictionMs);
    }

    int size() {
        return last.size();
    }
}
