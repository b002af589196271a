package io.weir.telemetry.prometheus;

import io.weir.controlplane.model.ServiceKey;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Random edges and traffic, with names that are hard to write in PromQL and in Prometheus' text format. */
final class RandomMesh {

    /** Names, hard ones among them. */
    static final List<String> NAMES = List.of(
            "web",
            "we.b",
            "web\"} or vector(1) or weir_requests_total{x=\"",
            "back\\slash",
            "line\nbreak",
            "tab\tand\u0001control",
            ".*",
            "ünï☃",
            "{{name}}",
            "a,b=\"c\"");

    private final Random random;

    RandomMesh(Random random) {
        this.random = random;
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    private Party party(String namespace) {
        return switch (random.nextInt(4)) {
            case 0 -> new Party(namespace, name(), name(), List.of(), name());
            case 1 -> new Party(namespace, "", name(), List.of(), "");
            case 2 -> new Party(namespace, name(), name(), List.of(new Owner(ResourceKind.REPLICA_SET, name())), "");
            default -> {
                List<Owner> owners = new ArrayList<>();
                owners.add(new Owner(ResourceKind.REPLICA_SET, "rs-" + name()));
                owners.add(new Owner(ResourceKind.DEPLOYMENT, name()));
                yield new Party(namespace, name(), name(), owners, name());
            }
        };
    }

    private Edge edge() {
        Protocol protocol = List.of(Protocol.HTTP, Protocol.GRPC, Protocol.TCP).get(random.nextInt(3));
        boolean mtls = random.nextBoolean();
        Party source = random.nextInt(5) == 0 ? Party.UNKNOWN : party(name());
        if (random.nextBoolean()) {
            return new Edge(Reporter.DESTINATION, source, party(name()), null, null, protocol, mtls);
        }
        String namespace = name();
        ServiceKey service = new ServiceKey(namespace, name());
        return random.nextInt(5) == 0
                ? new Edge(Reporter.SOURCE, source, Party.UNKNOWN, service, null, protocol, mtls)
                : new Edge(
                        Reporter.SOURCE,
                        source,
                        party(namespace),
                        service,
                        new ServiceKey(namespace, name()),
                        protocol,
                        mtls);
    }

    Map<Edge, Traffic> traffic(int edges) {
        Map<Edge, Traffic> traffic = new HashMap<>();
        for (int i = 0; i < edges; i++) {
            Edge edge = edge();
            traffic.merge(edge, traffic(edge.protocol()), Traffic::plus);
        }
        return traffic;
    }

    private Traffic traffic(Protocol protocol) {
        if (protocol == Protocol.TCP) {
            return new Traffic(new TreeMap<>(), Latencies.NONE, 1 + random.nextInt(9), 1 + random.nextInt(999), 0);
        }
        TreeMap<Outcome, Long> requests = new TreeMap<>();
        for (int code : List.of(200, 503, 0)) {
            requests.put(
                    new Outcome(code, protocol == Protocol.GRPC ? random.nextInt(17) : Outcome.NOT_GRPC),
                    1L + random.nextInt(1000));
        }
        long[] counts = new long[EdgeStats.LATENCY_BUCKETS_MS.size() + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 0;
        }
        counts[3]++;
        // Whole milliseconds, so that sums are the same in whatever order they are added.
        return new Traffic(requests, new Latencies(counts, 1 + random.nextInt(100_000)), 0, 0, 0, random.nextInt(3));
    }
}
