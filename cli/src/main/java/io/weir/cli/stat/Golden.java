package io.weir.cli.stat;

import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.report.EdgeReport.Flow;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What went over some edges.
 *
 * @param denied answered with 403 or gRPC's PERMISSION_DENIED; those are among the successes
 * @param connections of TCP that ended
 * @param sentBytes of those, from sources to destinations
 */
public record Golden(
        long requests,
        long successes,
        long denied,
        Latencies latencies,
        long connections,
        long sentBytes,
        long receivedBytes) {

    static final Golden NONE = new Golden(0, 0, 0, Latencies.NONE, 0, 0, 0);

    static Golden of(Flow flow) {
        return new Golden(
                flow.requests(),
                flow.successes(),
                flow.denied(),
                flow.latencies(),
                flow.connections(),
                flow.sentBytes(),
                flow.receivedBytes());
    }

    Golden plus(Golden other) {
        return new Golden(
                requests + other.requests,
                successes + other.successes,
                denied + other.denied,
                latencies.plus(other.latencies),
                connections + other.connections,
                sentBytes + other.sentBytes,
                receivedBytes + other.receivedBytes);
    }

    /** 0..1; null if there was no request. */
    @Nullable
    Double success() {
        return requests == 0 ? null : (double) successes / requests;
    }

    /** In milliseconds; null if there was no request. */
    @Nullable
    Double quantile(double q) {
        return latencies.count() == 0 ? null : latencies.quantile(q);
    }

    /** Keys that every row ends with; what has no value without requests is null. */
    Map<String, Object> tree(double seconds) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("requests", requests);
        tree.put("successes", successes);
        tree.put("success", success());
        tree.put("denied", denied);
        tree.put("requestsPerSecond", requests / seconds);
        tree.put("p50Ms", quantile(0.5));
        tree.put("p90Ms", quantile(0.9));
        tree.put("p95Ms", quantile(0.95));
        tree.put("p99Ms", quantile(0.99));
        tree.put("tcpConnections", connections);
        tree.put("tcpSentBytes", sentBytes);
        tree.put("tcpReceivedBytes", receivedBytes);
        return tree;
    }
}
