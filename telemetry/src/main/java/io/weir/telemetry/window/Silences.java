package io.weir.telemetry.window;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When a sidecar fell silent. With several silences within a few minutes no window waits for it any more, nor for what it tells after
 * one: a single sidecar that comes and goes, by accident or on purpose, would keep the whole mesh's windows from ever being whole.
 */
final class Silences {

    private static final long FORGOTTEN_AFTER_MS = 600_000;

    private final int most;
    private final Deque<Long> ends = new ArrayDeque<>();

    /** @param most with so many within ten minutes no window waits */
    Silences(int most) {
        this.most = most;
    }

    /** Two that end at the same moment are one. */
    void add(long endMs) {
        if (!ends.isEmpty() && ends.getLast() == endMs) {
            return;
        }
        ends.addLast(endMs);
        if (ends.size() > most) {
            ends.removeFirst();
        }
    }

    boolean tooMany(long nowMs) {
        return ends.size() == most && nowMs - ends.getFirst() <= FORGOTTEN_AFTER_MS;
    }
}
