package io.weir.telemetry.dialect;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Backend;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.Inventory.Split;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The mesh in which Flagger has just started a canary of podinfo: its Deployment is the canary, podinfo-primary takes the calls
 * of the service podinfo so far. A load tester calls podinfo, and, over TCP, a database; a gRPC client calls the primary.
 */
final class CanaryMesh {

    static final MeshNames NAMES = new MeshNames("cluster.local", "cluster.local");

    static final Party TESTER = pod("test", "loadtester", ResourceKind.DEPLOYMENT, "loadtester-66d4-x1");
    static final Party CANARY = pod("test", "podinfo", ResourceKind.DEPLOYMENT, "podinfo-5c8f-c1");
    static final Party PRIMARY = pod("test", "podinfo-primary", ResourceKind.DEPLOYMENT, "podinfo-primary-7b9d-p1");
    static final Party DATABASE = pod("data", "pg", ResourceKind.STATEFUL_SET, "pg-0");

    static final ServiceKey ROOT = new ServiceKey("test", "podinfo");
    static final ServiceKey CANARY_SERVICE = new ServiceKey("test", "podinfo-canary");
    static final ServiceKey PRIMARY_SERVICE = new ServiceKey("test", "podinfo-primary");
    static final ServiceKey PG = new ServiceKey("data", "pg");

    /** Everybody has told of everything. */
    static final Coverage COVERAGE = new Coverage(
            "a1",
            Instant.parse("2026-01-01T00:10:00.25Z"),
            Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("2026-01-01T00:09:58Z"),
            Instant.parse("2026-01-01T00:09:58Z"),
            null,
            0);

    private CanaryMesh() {}

    static Inventory inventory() {
        Map<WorkloadKey, Party> parties = new HashMap<>();
        Map<Resource, SortedMap<String, String>> labels = new HashMap<>();
        for (Party party : List.of(TESTER, CANARY, PRIMARY, DATABASE)) {
            parties.put(party.key(), party);
            labels.put(
                    new Resource(ResourceKind.POD, party.namespace(), party.pod()),
                    new TreeMap<>(Map.of("app", party.workload().name(), "version", "6.0")));
        }
        Map<ServiceKey, SortedSet<WorkloadKey>> members = Map.of(
                ROOT, keys(PRIMARY), PRIMARY_SERVICE, keys(PRIMARY), CANARY_SERVICE, keys(CANARY), PG, keys(DATABASE));
        Split split = new Split(
                "test",
                "podinfo",
                "podinfo",
                List.of(new Backend("podinfo-canary", 20), new Backend("podinfo-primary", 80)));
        return new Inventory(
                new TreeMap<>(labels), new TreeMap<>(parties), Map.of(), new TreeMap<>(members), List.of(split));
    }

    /** Only the primary has been called so far. */
    static Map<Edge, Traffic> before() {
        Map<Edge, Traffic> totals = new HashMap<>();
        both(totals, PRIMARY, PRIMARY_SERVICE, http(Map.of(200, 1000L), Map.of(20, 1000L)));
        return totals;
    }

    /**
     * After some rounds of traffic. In each the canary fails 5 of 100 requests and takes up to 10 ms for 90 of them and up to
     * 300 for the others; the primary fails none of 400, all of which take up to 20.
     */
    static Map<Edge, Traffic> after(long rounds) {
        Map<Edge, Traffic> totals = new HashMap<>();
        both(
                totals,
                CANARY,
                CANARY_SERVICE,
                http(Map.of(200, 95 * rounds, 503, 5 * rounds), Map.of(10, 90 * rounds, 300, 10 * rounds)));
        both(totals, PRIMARY, PRIMARY_SERVICE, http(Map.of(200, 1000 + 400 * rounds), Map.of(20, 1000 + 400 * rounds)));
        return totals;
    }

    /** What source and destination tell of the load tester's calls of podinfo. */
    private static void both(Map<Edge, Traffic> totals, Party destination, ServiceKey backend, Traffic traffic) {
        totals.put(new Edge(Reporter.SOURCE, TESTER, destination, ROOT, backend, Protocol.HTTP, true), traffic);
        totals.put(new Edge(Reporter.DESTINATION, TESTER, destination, null, null, Protocol.HTTP, true), traffic);
    }

    /** A call of the database, told by both, and one of a service without endpoints. */
    static Map<Edge, Traffic> others() {
        Map<Edge, Traffic> totals = new HashMap<>();
        Traffic tcp = new Traffic(new TreeMap<>(), Latencies.NONE, 3, 700, 90_000);
        totals.put(new Edge(Reporter.SOURCE, TESTER, DATABASE, PG, PG, Protocol.TCP, true), tcp);
        totals.put(new Edge(Reporter.DESTINATION, TESTER, DATABASE, null, null, Protocol.TCP, true), tcp);
        totals.put(
                new Edge(
                        Reporter.SOURCE,
                        TESTER,
                        Party.UNKNOWN,
                        new ServiceKey("test", "gone"),
                        null,
                        Protocol.HTTP,
                        false),
                http(Map.of(503, 2L), Map.of(1, 2L)));
        totals.put(
                new Edge(Reporter.DESTINATION, Party.UNKNOWN, PRIMARY, null, null, Protocol.GRPC, false),
                new Traffic(
                        new TreeMap<>(
                                Map.of(new Outcome(200, 0), 8L, new Outcome(200, 14), 1L, new Outcome(200, 5), 1L)),
                        latencies(Map.of(10, 10L)),
                        0,
                        0,
                        0,
                        2));
        return totals;
    }

    static Traffic http(Map<Integer, Long> codes, Map<Integer, Long> bounds) {
        SortedMap<Outcome, Long> requests = new TreeMap<>();
        codes.forEach((code, count) -> requests.put(new Outcome(code, Outcome.NOT_GRPC), count));
        return new Traffic(requests, latencies(bounds), 0, 0, 0);
    }

    /** So many in the bucket below each bound, each as long as the bound says. */
    private static Latencies latencies(Map<Integer, Long> bounds) {
        long[] counts = new long[EdgeStats.LATENCY_BUCKETS_MS.size() + 1];
        bounds.forEach((bound, count) -> counts[EdgeStats.LATENCY_BUCKETS_MS.indexOf(bound)] = count);
        double sum = bounds.entrySet().stream()
                .mapToDouble(entry -> entry.getKey() * entry.getValue())
                .sum();
        return new Latencies(counts, sum);
    }

    private static SortedSet<WorkloadKey> keys(Party... parties) {
        SortedSet<WorkloadKey> keys = new TreeSet<>();
        Arrays.stream(parties).forEach(party -> keys.add(party.key()));
        return keys;
    }

    private static Party pod(String namespace, String workload, ResourceKind kind, String pod) {
        return new Party(namespace, pod, workload, List.of(new Owner(kind, workload)), "node-1");
    }
}
