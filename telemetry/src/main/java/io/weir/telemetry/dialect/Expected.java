package io.weir.telemetry.dialect;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Traffic;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Zeros for what will be counted. Prometheus' {@code rate} knows growth only: what a series starts with is lost to it, so a
 * series has to be there before its first request. A canary's first failures would be lost else.
 */
final class Expected {

    /** A success and what a server or Envoy says when it fails: a failure of another code is seen from its second scrape on. */
    private static final Traffic HTTP = zeros(List.of(
            new Outcome(200, Outcome.NOT_GRPC),
            new Outcome(500, Outcome.NOT_GRPC),
            new Outcome(503, Outcome.NOT_GRPC)));

    /** OK, UNKNOWN, INTERNAL and UNAVAILABLE; all of gRPC's failures are answers of HTTP 200. */
    private static final Traffic GRPC =
            zeros(List.of(new Outcome(200, 0), new Outcome(200, 2), new Outcome(200, 13), new Outcome(200, 14)));

    private Expected() {}

    /**
     * The totals with zeros added: on each edge for the usual outcomes; from whoever calls a service to each pod behind it, or
     * behind the backends of its splits; and, from nobody known, to a pod of a service that has not been called yet.
     */
    static Map<Edge, Traffic> with(Map<Edge, Traffic> totals, Inventory inventory, Lookup lookup) {
        Map<Edge, Traffic> all = new HashMap<>();
        for (Map.Entry<Edge, Traffic> total : totals.entrySet()) {
            Edge edge = total.getKey();
            all.merge(edge, total.getValue().plus(zeros(edge.protocol())), Traffic::plus);
            ServiceKey service = edge.service();
            if (edge.reporter() == Reporter.SOURCE && service != null) {
                for (ServiceKey backend : lookup.backends(service)) {
                    for (WorkloadKey pod : pods(inventory, backend)) {
                        pair(edge, service, backend, lookup.party(pod))
                                .forEach(each -> all.putIfAbsent(each, zeros(each.protocol())));
                    }
                }
            }
        }
        Set<Told> told = new HashSet<>();
        all.keySet().forEach(edge -> told.add(Told.of(edge)));
        inventory.members().values().stream().flatMap(Set::stream).distinct().forEach(pod -> {
            for (Edge edge : first(lookup.party(pod))) {
                if (!told.contains(Told.of(edge))) {
                    all.put(edge, HTTP);
                }
            }
        });
        return all;
    }

    private record Told(Reporter reporter, Party destination) {
        static Told of(Edge edge) {
            return new Told(edge.reporter(), edge.destination());
        }
    }

    /** What both ends will tell. */
    private static List<Edge> pair(Edge like, ServiceKey service, ServiceKey backend, Party pod) {
        return List.of(
                new Edge(Reporter.SOURCE, like.source(), pod, service, backend, like.protocol(), like.mtls()),
                new Edge(Reporter.DESTINATION, like.source(), pod, null, null, like.protocol(), like.mtls()));
    }

    private static List<Edge> first(Party pod) {
        return List.of(
                new Edge(Reporter.SOURCE, Party.UNKNOWN, pod, null, null, Protocol.HTTP, false),
                new Edge(Reporter.DESTINATION, Party.UNKNOWN, pod, null, null, Protocol.HTTP, false));
    }

    private static Set<WorkloadKey> pods(Inventory inventory, ServiceKey service) {
        return inventory.members().getOrDefault(service, Sorted.set(List.<WorkloadKey>of()));
    }

    private static Traffic zeros(Protocol protocol) {
        return switch (protocol) {
            case HTTP -> HTTP;
            case GRPC -> GRPC;
            case TCP -> Traffic.NONE;
        };
    }

    private static Traffic zeros(List<Outcome> outcomes) {
        SortedMap<Outcome, Long> requests = new TreeMap<>();
        outcomes.forEach(outcome -> requests.put(outcome, 0L));
        return new Traffic(Collections.unmodifiableSortedMap(requests), Latencies.NONE, 0, 0, 0);
    }
}
