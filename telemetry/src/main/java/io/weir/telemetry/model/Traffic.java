package io.weir.telemetry.model;

import io.weir.controlplane.model.Sorted;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What went over an edge.
 *
 * @param requests how many ended in each way; of HTTP and gRPC
 * @param latencies of the same requests, until the whole response was sent
 * @param connections of TCP, those that have ended
 * @param sentBytes of those, from the source to the destination
 * @param receivedBytes of those, back
 * @param wouldBeDenied requests among {@code requests} that passed and that deny mode would have refused, as the destination saw it
 */
public record Traffic(
        SortedMap<Outcome, Long> requests,
        Latencies latencies,
        long connections,
        long sentBytes,
        long receivedBytes,
        long wouldBeDenied) {

    public static final Traffic NONE = new Traffic(Collections.emptySortedMap(), Latencies.NONE, 0, 0, 0);

    /** Of which nothing would have been refused. */
    public Traffic(
            SortedMap<Outcome, Long> requests,
            Latencies latencies,
            long connections,
            long sentBytes,
            long receivedBytes) {
        this(requests, latencies, connections, sentBytes, receivedBytes, 0);
    }

    public Traffic {
        requests = Sorted.map(requests);
    }

    public Traffic plus(Traffic other) {
        SortedMap<Outcome, Long> sum = new TreeMap<>(requests);
        other.requests.forEach((outcome, count) -> sum.merge(outcome, count, Long::sum));
        return new Traffic(
                sum,
                latencies.plus(other.latencies),
                connections + other.connections,
                sentBytes + other.sentBytes,
                receivedBytes + other.receivedBytes,
                wouldBeDenied + other.wouldBeDenied);
    }

    public long successes() {
        return requests.entrySet().stream()
                .filter(entry -> entry.getKey().success())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    public long failures() {
        return requests.values().stream().mapToLong(Long::longValue).sum() - successes();
    }
}
