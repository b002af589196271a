package io.weir.controlplane.source.kubernetes.watch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How following a kind goes.
 *
 * @param objects known now
 * @param lists complete ones so far: one, and one more after each time the thread of changes was lost
 * @param answered when the API server last said anything about it; null: never
 * @param problem what is wrong; null if nothing is
 */
public record InformerStatus(
        String kind,
        Phase phase,
        int objects,
        long lists,
        @Nullable Instant answered,
        @Nullable String problem) {

    /** Whether what is known is what is. */
    public enum Phase {
        /** No complete list yet. */
        STARTING,
        /** Up to date as far as can be told. */
        CURRENT,
        /** A list misses so much that it is read again before it counts. */
        DOUBTING,
        /** Not installed. */
        ABSENT,
        /** The API server is away or refuses; what was known last stays. */
        WAITING
    }
}
