package io.weir.telemetry.window;

import io.weir.controlplane.model.WorkloadKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gaps of all sidecars, by their ends. Where there are too many to keep, nothing is known before the oldest's end. */
final class GapList {

    private static final int MOST = 20_000;

    private final Deque<Gap> gaps = new ArrayDeque<>();
    private long horizon = Long.MIN_VALUE;
    private long lost = Long.MIN_VALUE;
    private long silences;

    /** @param awaited whether it matters to windows: of sidecars that are not awaited only later, if they are again */
    void add(Gap gap, boolean awaited) {
        gaps.addLast(gap);
        if (awaited && gap.told()) {
            silences++;
        } else if (awaited) {
            lost = Math.max(lost, gap.toMs());
        }
        if (gaps.size() > MOST) {
            horizon = Math.max(horizon, gaps.removeFirst().toMs());
        }
    }

    /**
     * Of those that spoil such a window the one that ended last.
     *
     * @param awaited whether a sidecar is
     */
    @Nullable
    Gap spoiling(long startMs, long earliestMs, Predicate<WorkloadKey> awaited) {
        Gap found = null;
        for (Gap gap : gaps) {
            if (gap.spoils(startMs, earliestMs)
                    && awaited.test(gap.sidecar())
                    && (found == null || gap.toMs() > found.toMs())) {
                found = gap;
            }
        }
        return found;
    }

    void forgetBefore(long ms) {
        gaps.removeIf(gap -> gap.toMs() < ms);
    }

    long horizon() {
        return horizon;
    }

    /** The end of the last gap of which nothing is known; the beginning of time if there was none. */
    long lost() {
        return lost;
    }

    /** How many there were of which all was told at the end. */
    long silences() {
        return silences;
    }
}
