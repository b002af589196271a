package io.weir.telemetry.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What is known of the traffic of the whole mesh. Methods may block, and may be called from any thread. */
public interface Readings {

    /** What happened in the last {@code window}; edges without traffic may be absent. */
    Answer window(Duration window);

    /** The same of some edges; others may be in the answer. */
    default Answer window(Duration window, Scope scope) {
        return window(window);
    }

    /**
     * All that happened since the aggregator first heard of each edge: numbers only grow while it runs. Edges of which it heard
     * are there with zeros, until long after they have gone.
     */
    Map<Edge, Traffic> totals();

    /** What was found, or why nothing can be said: a canary is decided on it, so it is never less than what happened. */
    sealed interface Answer {

        /**
         * All of it.
         *
         * @param start from when on things count: with sidecars that tell what they counted every few seconds it is some
         *     seconds before the window that was asked for, so that what was counted, by the time from here to the end, is a rate
         * @param end of the window
         */
        record Complete(Instant start, Instant end, Map<Edge, Traffic> edges) implements Answer {
            public Complete {
                edges = Map.copyOf(edges);
            }
        }

        /**
         * A part of the window is not known, as after a restart.
         *
         * @param retryAfter when it may be
         */
        record Incomplete(String reason, Duration retryAfter) implements Answer {}

        /**
         * It took too long to find out.
         *
         * @param waited for so long
         */
        record TimedOut(Duration waited) implements Answer {}
    }
}
