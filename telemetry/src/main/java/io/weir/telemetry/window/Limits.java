package io.weir.telemetry.window;

import io.weir.smi.wellknown.EdgeStats;
import java.time.Duration;

/**
 * How much is kept. An edge takes about 1 KiB, a series of a sidecar (one edge's counters) about 1 KiB more, and the stretches
 * of time together take {@code bytes}: with the usual limits at most about 300 MiB, and in a mesh of 1,000 sidecars with 20
 * edges each about 60.
 *
 * @param edges of all sidecars together; traffic of others is told without its peer
 * @param seriesOfSidecar of one sidecar; traffic of others is told without its peer
 * @param bytes of all stretches of time together
 * @param longest window that is answered
 * @param eviction after which an Envoy lets go of counters that it did not use
 * @param keepGone for how long an edge is told of after one of its ends has gone
 * @param silences of one sidecar within ten minutes, with which no window waits for it any more
 */
public record Limits(
        int edges,
        int seriesOfSidecar,
        int bytes,
        Duration longest,
        Duration eviction,
        Duration keepGone,
        int silences) {

    /** 100,000 edges, 2,000 series of a sidecar, 64 MiB, a day, 15 minutes, 3 silences. */
    public static Limits usual() {
        return new Limits(
                100_000,
                2_000,
                64 << 20,
                Duration.ofDays(1),
                Duration.ofSeconds(EdgeStats.EVICTION_SECONDS),
                Duration.ofMinutes(15),
                3);
    }
}
