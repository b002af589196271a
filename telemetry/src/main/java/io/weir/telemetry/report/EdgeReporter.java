package io.weir.telemetry.report;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.report.EdgeReport.Backend;
import io.weir.telemetry.report.EdgeReport.End;
import io.weir.telemetry.report.EdgeReport.Flow;
import io.weir.telemetry.report.EdgeReport.Pod;
import io.weir.telemetry.report.EdgeReport.Sidecar;
import io.weir.telemetry.report.EdgeReport.Split;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the report of a window. */
public final class EdgeReporter {

    private static final int GRPC_PERMISSION_DENIED = 7;

    private static final Comparator<End> BY_END = Comparator.comparing(End::namespace)
            .thenComparing(End::workload)
            .thenComparing(End::pod)
            .thenComparing(End::serviceAccount);

    private static final Comparator<Flow> ORDER = Comparator.comparing(Flow::source, BY_END)
            .thenComparing(Flow::destination, BY_END)
            .thenComparing(Flow::reporter)
            .thenComparing(Flow::service, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Flow::backend, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Flow::protocol)
            .thenComparing(Flow::mtls);

    private EdgeReporter() {}

    /**
     * Which pods have sidecars, and which of those tell nothing.
     *
     * @param meshed pods with a sidecar
     * @param unavailable those of them that should tell and do not, as an Envoy that does not know how
     */
    public record Sidecars(Set<WorkloadKey> meshed, Set<WorkloadKey> unavailable) {
        public Sidecars {
            meshed = Set.copyOf(meshed);
            unavailable = Set.copyOf(unavailable);
        }

        Sidecar of(WorkloadKey pod) {
            return !meshed.contains(pod)
                    ? Sidecar.NONE
                    : unavailable.contains(pod) ? Sidecar.UNAVAILABLE : Sidecar.COUNTS;
        }
    }

    /** The report, sorted. */
    public static EdgeReport report(
            Duration window, Readings.Answer.Complete answer, Inventory inventory, Sidecars sidecars) {
        List<Flow> edges = new ArrayList<>();
        answer.edges().forEach((edge, traffic) -> edges.add(flow(edge, traffic, inventory)));
        edges.sort(ORDER);
        return new EdgeReport(
                window.toSeconds(),
                answer.start(),
                answer.end(),
                pods(inventory, sidecars),
                inventory.splits().stream()
                        .map(split -> new Split(
                                split.namespace(),
                                split.name(),
                                split.service(),
                                split.backends().stream()
                                        .map(backend -> new Backend(backend.service(), backend.weight()))
                                        .toList()))
                        .toList(),
                edges);
    }

    private static List<Pod> pods(Inventory inventory, Sidecars sidecars) {
        Map<WorkloadKey, Set<String>> services = new TreeMap<>();
        inventory
                .members()
                .forEach((service, members) -> members.forEach(pod ->
                        services.computeIfAbsent(pod, _ -> new TreeSet<>()).add(service.toString())));
        List<Pod> pods = new ArrayList<>();
        inventory
                .parties()
                .forEach((pod, party) -> pods.add(
                        new Pod(End.of(party), List.copyOf(services.getOrDefault(pod, Set.of())), sidecars.of(pod))));
        return pods;
    }

    private static Flow flow(Edge edge, Traffic traffic, Inventory inventory) {
        Latencies latencies = traffic.latencies();
        Inventory.@Nullable Split split = split(edge.service(), inventory);
        return new Flow(
                edge.reporter(),
                End.of(edge.source()),
                End.of(edge.destination()),
                text(edge.service()),
                text(edge.backend()),
                split == null ? null : split.namespace() + "/" + split.name(),
                split == null ? null : weight(split, edge.backend()),
                edge.protocol(),
                edge.mtls(),
                traffic.successes() + traffic.failures(),
                traffic.successes(),
                traffic.requests().entrySet().stream()
                        .filter(entry -> denied(entry.getKey()))
                        .mapToLong(Map.Entry::getValue)
                        .sum(),
                latencies.quantile(0.5),
                latencies.quantile(0.9),
                latencies.quantile(0.95),
                latencies.quantile(0.99),
                counts(latencies),
                latencies.sumMs(),
                traffic.connections(),
                traffic.sentBytes(),
                traffic.receivedBytes());
    }

    private static @Nullable String text(@Nullable ServiceKey service) {
        return service == null ? null : service.toString();
    }

    private static Inventory.@Nullable Split split(@Nullable ServiceKey service, Inventory inventory) {
        return inventory.splits().stream()
                .filter(split -> new ServiceKey(split.namespace(), split.service()).equals(service))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Integer weight(Inventory.Split split, @Nullable ServiceKey backend) {
        return split.backends().stream()
                .filter(one -> new ServiceKey(split.namespace(), one.service()).equals(backend))
                .map(Inventory.Backend::weight)
                .findFirst()
                .orElse(null);
    }

    private static boolean denied(Outcome outcome) {
        return outcome.responseCode() == 403 || outcome.grpcStatus() == GRPC_PERMISSION_DENIED;
    }

    private static List<Long> counts(Latencies latencies) {
        List<Long> counts = new ArrayList<>();
        long below = 0;
        for (long upTo : latencies.cumulative()) {
            counts.add(upTo - below);
            below = upTo;
        }
        return counts;
    }
}
