package io.weir.telemetry.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Of which time the totals tell all: whoever keeps totals of two moments knows by it whether their difference is all that
 * happened between them.
 *
 * @param aggregator whose totals these are: another one after each start, so that no two of them are taken for one
 * @param now by the aggregator's own clock
 * @param started when it began to count
 * @param told until when every sidecar that reports has told; null while one is late
 * @param toldByAll the same with those that have fallen silent: windows that begin later begin in a silence
 * @param lost before which something happened that is in no totals, as after a restart; null if nothing was lost
 * @param silences how many sidecars fell silent, came back, and told of the time between
 */
public record Coverage(
        String aggregator,
        Instant now,
        Instant started,
        @Nullable Instant told,
        Instant toldByAll,
        @Nullable Instant lost,
        long silences) {}
