package io.weir.controlplane.source.kubernetes.watch;

import java.time.Duration;

/**
 * How a kind is followed.
 *
 * @param page objects asked for at once
 * @param watch how long a watch is asked to last, give or take a fifth; with {@code grace} the longest time for which a
 *     connection that died without a word goes unnoticed
 * @param grace how much later than asked a watch may end before it is given up
 * @param answer how long the API server may take for the first byte of an answer
 * @param firstRetry the pause after a first failure; doubled after each further one
 * @param lastRetry the longest pause
 * @param absent how often a kind that is not installed is looked for
 * @param confirm how long a list that misses much is held before it is read again
 */
public record WatchOptions(
        int page,
        Duration watch,
        Duration grace,
        Duration answer,
        Duration firstRetry,
        Duration lastRetry,
        Duration absent,
        Duration confirm) {

    /** As a control plane runs. */
    public static WatchOptions defaults() {
        return new WatchOptions(
                500,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofMillis(250),
                Duration.ofSeconds(8),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5));
    }
}
