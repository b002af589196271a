package io.weir.telemetry.window;

import io.weir.telemetry.window.Part.Stay;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/** Stays of all sidecars that are over. Where there are too many to keep, nothing is known before the oldest's end. */
final class StayList {

    private static final int MOST = 20_000;

    private final Deque<Stay> stays = new ArrayDeque<>();
    private long horizon = Part.NEVER;

    void add(Stay stay) {
        stays.addLast(stay);
        if (stays.size() > MOST) {
            horizon = Math.max(horizon, stays.removeFirst().lastMs());
        }
    }

    Collection<Stay> all() {
        return List.copyOf(stays);
    }

    void forgetBefore(long ms) {
        stays.removeIf(stay -> stay.lastMs() < ms);
    }

    long horizon() {
        return horizon;
    }
}
