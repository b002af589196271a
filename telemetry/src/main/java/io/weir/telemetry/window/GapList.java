package io.weir.telemetry.window;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Gaps of all sidecars, by their ends. Where there are too many to keep, nothing is known before the oldest's end. */
final class GapList {

    private static final int MOST = 20_000;

    private final Deque<Gap> gaps = new ArrayDeque<>();
    private long horizon = Long.MIN_VALUE;
    private long lost = Long.MIN_VALUE;
    private long silences;

    void add(Gap gap) {
        gaps.addLast(gap);
        if (gap.told()) {
            silences++;
        } else {
            lost = Math.max(lost, gap.toMs());
        }
        if (gaps.size() > MOST) {
            horizon = Math.max(horizon, gaps.removeFirst().toMs());
        }
    }

    /** Of those that spoil such a window the one that ended last. */
    @Nullable
    Gap spoiling(long startMs, long earliestMs) {
        Gap found = null;
        for (Gap gap : gaps) {
            if (gap.spoils(startMs, earliestMs) && (found == null || gap.toMs() > found.toMs())) {
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
