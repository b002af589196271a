package io.weir.telemetry.window;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * When how much went over each edge: stretches of 5 s for two minutes and of 30 s for a quarter of an hour, each with half a
 * minute to spare for windows that end before now; then of 5 minutes. What is told counts at the moment it is told. Over the
 * byte limit the oldest stretches go.
 */
final class Timeline {

    static final long FINE_MS = 5_000;
    private static final long MIDDLE_MS = 30_000;
    private static final long COARSE_MS = 300_000;
    private static final long FINE_FOR_MS = 150_000;
    private static final long MIDDLE_FOR_MS = 930_000;

    private final long mostBytes;
    private final long longestMs;
    private final Deque<Stretch> stretches = new ArrayDeque<>();
    private SortedMap<Integer, Tally> present = new TreeMap<>();
    private long presentFrom;
    private long bytes;
    private long horizon = Long.MIN_VALUE;

    Timeline(long mostBytes, long longestMs, long nowMs) {
        this.mostBytes = mostBytes;
        this.longestMs = longestMs;
        this.presentFrom = Math.floorDiv(nowMs, FINE_MS) * FINE_MS;
    }

    /** What is told now of an edge is to be added here. */
    Tally of(int edge) {
        return present.computeIfAbsent(edge, _ -> new Tally());
    }

    /** Closes stretches that are over, and joins and drops old ones. */
    void advance(long nowMs) {
        long from = Math.floorDiv(nowMs, FINE_MS) * FINE_MS;
        if (from <= presentFrom) {
            return;
        }
        if (!present.isEmpty()) {
            keep(Stretch.of(presentFrom, presentFrom + FINE_MS, present));
            present = new TreeMap<>();
        }
        presentFrom = from;
        join(nowMs - FINE_FOR_MS, MIDDLE_MS);
        join(nowMs - MIDDLE_FOR_MS, COARSE_MS);
        forget(nowMs);
    }

    private void keep(Stretch stretch) {
        stretches.addLast(stretch);
        bytes += stretch.packed().size();
    }

    /** Joins those that end by then and lie in the same longer stretch, of which no part is still to come. */
    private void join(long until, long length) {
        List<Stretch> result = new ArrayList<>();
        List<Stretch> group = new ArrayList<>();
        long slot = Long.MIN_VALUE;
        boolean changed = false;
        for (Stretch stretch : stretches) {
            long its = Math.floorDiv(stretch.fromMs(), length);
            boolean old = (its + 1) * length <= until;
            if (!group.isEmpty() && (!old || its != slot)) {
                changed |= close(group, result);
            }
            if (old) {
                slot = its;
                group.add(stretch);
            } else {
                result.add(stretch);
            }
        }
        changed |= !group.isEmpty() && close(group, result);
        if (changed) {
            stretches.clear();
            bytes = 0;
            result.forEach(this::keep);
        }
    }

    private static boolean close(List<Stretch> group, List<Stretch> result) {
        boolean several = group.size() > 1;
        result.add(several ? Stretch.joined(group) : group.getFirst());
        group.clear();
        return several;
    }

    private void forget(long nowMs) {
        for (Iterator<Stretch> oldest = stretches.iterator(); oldest.hasNext(); ) {
            Stretch stretch = oldest.next();
            if (bytes <= mostBytes && stretch.toMs() > nowMs - longestMs) {
                return;
            }
            drop(stretch);
            oldest.remove();
        }
    }

    /** Lets go of all that was told until then. */
    void forgetUntil(long ms) {
        while (!stretches.isEmpty() && stretches.getFirst().toMs() <= ms) {
            drop(stretches.removeFirst());
        }
        horizon = Math.max(horizon, ms);
    }

    private void drop(Stretch stretch) {
        horizon = Math.max(horizon, stretch.toMs());
        bytes -= stretch.packed().size();
    }

    /** From when until when things are not told apart. */
    record Span(long fromMs, long toMs) {}

    /** In which stretch a moment lies. */
    Span spanAt(long ms) {
        for (Stretch stretch : stretches) {
            if (stretch.fromMs() <= ms && ms < stretch.toMs()) {
                return new Span(stretch.fromMs(), stretch.toMs());
            }
        }
        long from = Math.floorDiv(ms, FINE_MS) * FINE_MS;
        return new Span(from, from + FINE_MS);
    }

    /** Adds all that was told at this moment or later, and what was told in the same stretch before. */
    void addSince(long startMs, IntFunction<Tally> ofEdge) {
        for (Stretch stretch : stretches) {
            if (stretch.toMs() > startMs) {
                stretch.addTo(ofEdge);
            }
        }
        present.forEach((edge, tally) -> ofEdge.apply(edge).add(tally));
    }

    /** Nothing is known of what was told before, in milliseconds since the epoch. */
    long horizon() {
        return horizon;
    }

    /** Of all stretches that are over. */
    long bytes() {
        return bytes;
    }
}
