package io.weir.telemetry.report;

import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /v1/edges} answers: all that went over each edge in a window, and the pods and splits by which it can be added up.
 * Services are written {@code namespace/name}.
 *
 * @param windowSeconds that were asked for
 * @param start from when on things count, which may be some seconds earlier than that
 * @param end of the window
 * @param latencyBucketsMs upper bounds of each edge's {@code latencyCounts}, which have one more for what is above the last
 */
public record EdgeReport(
        long windowSeconds,
        Instant start,
        Instant end,
        List<Integer> latencyBucketsMs,
        List<Pod> pods,
        List<Split> splits,
        List<Flow> edges) {

    public EdgeReport {
        latencyBucketsMs = List.copyOf(latencyBucketsMs);
        pods = List.copyOf(pods);
        splits = List.copyOf(splits);
        edges = List.copyOf(edges);
    }

    /** Of this version's buckets. */
    public EdgeReport(
            long windowSeconds, Instant start, Instant end, List<Pod> pods, List<Split> splits, List<Flow> edges) {
        this(windowSeconds, start, end, EdgeStats.LATENCY_BUCKETS_MS, pods, splits, edges);
    }

    /** In how many seconds all of this happened. */
    public double seconds() {
        return Duration.between(start, end).toMillis() / 1000.0;
    }

    /**
     * One end of an edge. What is unknown is empty.
     *
     * @param kind of the workload, {@code Deployment}; the pod itself where nothing owns it
     * @param owners what owns the pod, nearest first
     */
    public record End(
            String namespace,
            String kind,
            String workload,
            String pod,
            String serviceAccount,
            String node,
            List<Owner> owners) {

        public End {
            owners = List.copyOf(owners);
        }

        public static End of(Party party) {
            Party.Owner workload = party.workload();
            return new End(
                    party.namespace(),
                    workload == null ? "" : workload.kind().kind(),
                    workload == null ? "" : workload.name(),
                    party.pod(),
                    party.serviceAccount(),
                    party.node(),
                    party.owners().stream()
                            .map(owner -> new Owner(owner.kind().kind(), owner.name()))
                            .toList());
        }
    }

    /** @param kind as in objects: {@code ReplicaSet} */
    public record Owner(String kind, String name) {}

    /** Whether a pod's sidecar tells of its edges. */
    public enum Sidecar {
        NONE,
        /** It counts. */
        COUNTS,
        /** It is there, and tells nothing: its Envoy is older than 1.39, or it does not run. */
        UNAVAILABLE
    }

    /** @param services those that lead to it */
    public record Pod(End self, List<String> services, Sidecar sidecar) {
        public Pod {
            services = List.copyOf(services);
        }
    }

    /** A TrafficSplit. */
    public record Split(String namespace, String name, String service, List<Backend> backends) {
        public Split {
            backends = List.copyOf(backends);
        }
    }

    /** @param weight as declared */
    public record Backend(String service, int weight) {}

    /**
     * An edge as one of its ends saw it, and what went over it.
     *
     * @param service what the source called; null at the destination
     * @param backend the service whose endpoint was taken; null at the destination, and where there was none
     * @param split the TrafficSplit of {@code service}, {@code namespace/name}; null where there is none
     * @param weight that the split declares for {@code backend}; null where it names no such backend
     * @param mtls whether the connection between both ends was mutual TLS
     * @param denied answered with 403 or gRPC's PERMISSION_DENIED, by a sidecar or by the app; those are among the successes
     * @param p50Ms of requests, until the whole response was sent; 0 where there were none
     * @param latencyCounts of the same requests, not cumulative
     * @param connections of TCP that ended
     * @param sentBytes of those, from the source to the destination
     */
    public record Flow(
            Edge.Reporter reporter,
            End source,
            End destination,
            @Nullable String service,
            @Nullable String backend,
            @Nullable String split,
            @Nullable Integer weight,
            Edge.Protocol protocol,
            boolean mtls,
            long requests,
            long successes,
            long denied,
            double p50Ms,
            double p90Ms,
            double p95Ms,
            double p99Ms,
            List<Long> latencyCounts,
            double latencySumMs,
            long connections,
            long sentBytes,
            long receivedBytes) {

        public Flow {
            latencyCounts = List.copyOf(latencyCounts);
        }

        /** The end that tells. */
        public End self() {
            return reporter == Edge.Reporter.SOURCE ? source : destination;
        }

        /**
         * Of its requests.
         *
         * @throws IllegalArgumentException if they are in other buckets than this version's
         */
        public Latencies latencies() {
            return new Latencies(
                    latencyCounts.stream().mapToLong(Long::longValue).toArray(), latencySumMs);
        }
    }

    /**
     * The answer in place of a report while a part of the window is not known.
     *
     * @param retryAfterSeconds when it may be
     */
    public record Incomplete(String reason, long retryAfterSeconds) {}
}
