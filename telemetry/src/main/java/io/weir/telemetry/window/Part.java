package io.weir.telemetry.window;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Traffic;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one of several stores knows of a mesh, each sidecar of which reports to one of them at a time. All moments are in
 * milliseconds since the epoch.
 *
 * @param store another one after each start, so that no two are taken for one
 * @param nowMs when this was so
 * @param startedMs when the store began to listen
 * @param horizonMs nothing is known of what was told before; the beginning of time if all is kept
 * @param lostMs when a store was last seen to go, with all that it knew; the beginning of time if none was
 * @param since what was asked for; null if nothing was
 */
public record Part(
        String store,
        long nowMs,
        long startedMs,
        long horizonMs,
        long lostMs,
        List<Heard> heard,
        List<Stay> stays,
        @Nullable Since since) {

    /** No moment, as of what has never been. */
    public static final long NEVER = Long.MIN_VALUE;

    public Part {
        heard = List.copyOf(heard);
        stays = List.copyOf(stays);
    }

    /**
     * A sidecar that has a stream here, or had one.
     *
     * @param lastMs of its last push; when its stream was opened if it has pushed nothing
     * @param pushed whether it ever pushed
     * @param blind whether no window waits for it: its Envoy can't count, or it falls silent again and again
     * @param open whether it has a stream here
     */
    public record Heard(WorkloadKey sidecar, long lastMs, boolean pushed, boolean blind, boolean open) {

        boolean reports() {
            return pushed && !blind;
        }
    }

    /**
     * A sidecar's pushes over one stream. What it counted after {@code fromMs} until {@code lastMs} was told here, all until
     * {@code firstMs} at that moment; if it was elsewhere in that time it was told there, too.
     */
    public record Stay(WorkloadKey sidecar, String uid, long fromMs, long firstMs, long lastMs) {}

    /**
     * What was told from a moment on.
     *
     * @param fromMs when the stretch begins in which that moment lies: all of it is in the sums
     * @param spoilt why less may have been told than happened; null if that is not so
     */
    public record Since(long startMs, long fromMs, @Nullable Spoilt spoilt, Map<Edge, Traffic> edges) {
        public Since {
            edges = Map.copyOf(edges);
        }
    }

    /** @param untilMs windows that begin then are whole */
    public record Spoilt(String reason, long untilMs) {}

    /**
     * The same by another clock, so that nothing is missed: what counts for a window seems earlier rather than later, what spoils
     * it later rather than earlier.
     *
     * @param earliestMs by that clock, when this was asked for
     * @param latestMs by that clock, when it was there
     */
    public Part by(long earliestMs, long latestMs) {
        long early = earliestMs - nowMs;
        long late = latestMs - nowMs;
        Since moved = since == null
                ? null
                : new Since(
                        since.startMs + early,
                        since.fromMs + early,
                        since.spoilt == null ? null : new Spoilt(since.spoilt.reason, since.spoilt.untilMs + late),
                        since.edges);
        return new Part(
                store,
                earliestMs,
                startedMs + late,
                horizonMs == NEVER ? NEVER : horizonMs + late,
                lostMs == NEVER ? NEVER : lostMs + late,
                heard.stream()
                        .map(one -> new Heard(one.sidecar, one.lastMs + early, one.pushed, one.blind, one.open))
                        .toList(),
                stays.stream()
                        .map(stay -> new Stay(
                                stay.sidecar, stay.uid, stay.fromMs + early, stay.firstMs + late, stay.lastMs + late))
                        .toList(),
                moved);
    }

    /**
     * From the last push before a moment to the last one of all.
     *
     * @param toLastMs from that moment to the last push
     */
    static long coveredMs(long toLastMs) {
        return (Math.floorDiv(toLastMs, EdgeStore.PUSH_MS) + 1) * EdgeStore.PUSH_MS;
    }
}
