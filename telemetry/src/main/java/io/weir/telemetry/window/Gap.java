package io.weir.telemetry.window;

import io.weir.controlplane.model.WorkloadKey;

/**
 * A time in which a sidecar did not report. What happened in it was told at its end, or is not known at all; a window that
 * begins in it would have a wrong beginning.
 *
 * @param fromMs when it had last reported; the beginning of time if that isn't known
 * @param toMs when it reported again
 * @param told whether it then told all that happened meanwhile
 */
record Gap(WorkloadKey sidecar, long fromMs, long toMs, boolean told) {

    /**
     * Whether a window can't begin here.
     *
     * @param earliestMs from when on what was told counts for a window that begins here
     */
    boolean spoils(long startMs, long earliestMs) {
        return fromMs < startMs && (told ? earliestMs <= toMs : startMs < toMs);
    }
}
