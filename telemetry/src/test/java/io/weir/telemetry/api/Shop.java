package io.weir.telemetry.api;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.EdgeStats;
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
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A mesh and a minute of its traffic. Namespaces shop, edge, db and other; Deployment {@code web} exists in two of them; a
 * pod of it has gone; a split has a backend without traffic; there are objects of every kind.
 */
final class Shop {

    static final Instant END = Instant.parse("2026-01-01T00:00:00.75Z");

    static final Party GATEWAY = pod("edge", "gw-1", "n1", deployment("gw"));
    static final Party WEB_1 = pod("shop", "web-1", "n1", replicaSet("web-7d4"), deployment("web"));
    static final Party WEB_2 = pod("shop", "web-2", "n2", replicaSet("web-7d4"), deployment("web"));
    static final Party WEB_GONE = pod("shop", "web-0", "n2", replicaSet("web-7d4"), deployment("web"));
    static final Party CANARY = pod("shop", "web-v2-1", "n1", deployment("web-v2"));
    static final Party DATABASE = pod("db", "pg-0", "n2", new Owner(ResourceKind.STATEFUL_SET, "pg"));
    static final Party LOGGER = pod("shop", "log-1", "n1", new Owner(ResourceKind.DAEMON_SET, "log"));
    static final Party IMPORT = pod("shop", "import-1", "n1", new Owner(ResourceKind.JOB, "import"));
    static final Party OLD = pod("shop", "old-1", "n2", new Owner(ResourceKind.REPLICATION_CONTROLLER, "old"));
    static final Party NAMESAKE = pod("other", "web-1", "n2", replicaSet("web-7d4"), deployment("web"));
    static final Party SOMEONE_OF_EDGE = new Party("edge", "", "default", List.of(), "");

    static final List<Party> PODS = List.of(GATEWAY, WEB_1, WEB_2, CANARY, DATABASE, LOGGER, IMPORT, OLD, NAMESAKE);

    static final ServiceKey WEB = new ServiceKey("shop", "web");
    static final ServiceKey WEB_V1 = new ServiceKey("shop", "web-v1");
    static final ServiceKey WEB_V2 = new ServiceKey("shop", "web-v2");
    static final ServiceKey POSTGRES = new ServiceKey("db", "pg");

    private Shop() {}

    static Inventory inventory() {
        TreeMap<Resource, SortedMap<String, String>> labels = new TreeMap<>();
        TreeMap<WorkloadKey, Party> parties = new TreeMap<>();
        for (Party pod : PODS) {
            String app = pod.owners().getLast().name();
            parties.put(new WorkloadKey(pod.namespace(), pod.pod()), pod);
            put(labels, ResourceKind.NAMESPACE, "", pod.namespace(), Map.of());
            put(labels, ResourceKind.NODE, "", pod.node(), Map.of());
            put(labels, ResourceKind.POD, pod.namespace(), pod.pod(), Map.of("app", app));
            pod.owners().forEach(owner -> put(labels, owner.kind(), pod.namespace(), owner.name(), Map.of("app", app)));
        }
        put(labels, ResourceKind.NAMESPACE, "", "quiet", Map.of("team", "none"));
        TreeMap<ServiceKey, SortedSet<WorkloadKey>> members = new TreeMap<>();
        members.put(WEB, keys(WEB_1, WEB_2, CANARY));
        members.put(WEB_V1, keys(WEB_1, WEB_2));
        members.put(WEB_V2, keys(CANARY));
        members.put(POSTGRES, keys(DATABASE));
        members.put(new ServiceKey("shop", "nobody"), keys());
        members.keySet().forEach(key -> put(labels, ResourceKind.SERVICE, key.namespace(), key.name(), Map.of()));
        put(labels, ResourceKind.TRAFFIC_SPLIT, "shop", "web-canary", Map.of("app", "web"));
        Split split = new Split(
                "shop",
                "web-canary",
                "web",
                List.of(new Backend("web-v2", 10), new Backend("web-v1", 90), new Backend("web-v3", 0)));
        return new Inventory(labels, parties, Map.of(), members, List.of(split));
    }

    static Map<Edge, Traffic> edges() {
        Map<Edge, Traffic> edges = new HashMap<>();
        edges.put(called(GATEWAY, WEB_1, WEB, WEB_V1), traffic(600, 200, 9, 503, 1));
        edges.put(called(GATEWAY, WEB_2, WEB, WEB_V1), traffic(400, 200, 60));
        edges.put(called(GATEWAY, CANARY, WEB, WEB_V2), traffic(100, 200, 9, 0, 4));
        edges.put(called(NAMESAKE, CANARY, WEB, WEB_V2), traffic(10, 200, 900));
        edges.put(called(GATEWAY, CANARY, WEB_V2, WEB_V2), traffic(7, 200, 9));
        edges.put(called(WEB_1, DATABASE, POSTGRES, POSTGRES), traffic(1000, 200, 2));
        edges.put(called(WEB_1, WEB_1, WEB_V1, WEB_V1), traffic(3, 200, 1));

        edges.put(answered(GATEWAY, WEB_1), traffic(601, 200, 8));
        edges.put(answered(GATEWAY, WEB_2), traffic(400, 403, 58));
        edges.put(answered(GATEWAY, WEB_GONE), traffic(50, 200, 8));
        edges.put(answered(GATEWAY, CANARY), traffic(107, 200, 8, 500, 4));
        edges.put(answered(NAMESAKE, CANARY), traffic(10, 200, 890));
        edges.put(answered(NAMESAKE, WEB_1), traffic(5, 200, 8));
        edges.put(answered(SOMEONE_OF_EDGE, WEB_1), traffic(20, 200, 8));
        edges.put(answered(Party.UNKNOWN, WEB_1), traffic(30, 200, 8));
        edges.put(answered(WEB_1, DATABASE), traffic(1000, 200, 2));
        edges.put(answered(WEB_1, WEB_1), traffic(3, 200, 1));
        edges.put(answered(WEB_2, DATABASE), Traffic.NONE);
        return edges;
    }

    static Readings readings() {
        return new Readings() {
            @Override
            public Answer window(Duration window) {
                return new Answer.Complete(END.minus(window), END, edges());
            }

            @Override
            public Map<Edge, Traffic> totals() {
                return Map.of();
            }
        };
    }

    /** The same answer, always. */
    record Fixed(Answer answer) implements Readings {
        @Override
        public Answer window(Duration window) {
            return answer;
        }

        @Override
        public Map<Edge, Traffic> totals() {
            return Map.of();
        }
    }

    static Edge called(Party source, Party destination, @Nullable ServiceKey service, @Nullable ServiceKey backend) {
        return new Edge(Reporter.SOURCE, source, destination, service, backend, Protocol.HTTP, true);
    }

    static Edge answered(Party source, Party destination) {
        return new Edge(Reporter.DESTINATION, source, destination, null, null, Protocol.HTTP, true);
    }

    static Traffic traffic(int requests, int code, int milliseconds) {
        return traffic(requests, code, milliseconds, code, 0);
    }

    /** @param otherwise of so many of them the code is this */
    static Traffic traffic(int requests, int code, int milliseconds, int otherwise, int ofThem) {
        TreeMap<Outcome, Long> outcomes = new TreeMap<>();
        outcomes.merge(new Outcome(code, Outcome.NOT_GRPC), (long) requests - ofThem, Long::sum);
        outcomes.merge(new Outcome(otherwise, Outcome.NOT_GRPC), (long) ofThem, Long::sum);
        long[] counts = new long[EdgeStats.LATENCY_BUCKETS_MS.size() + 1];
        int bucket = 0;
        while (EdgeStats.LATENCY_BUCKETS_MS.get(bucket) < milliseconds) {
            bucket++;
        }
        counts[bucket] = requests;
        return new Traffic(outcomes, new Latencies(counts, (double) requests * milliseconds), 0, 0, 0);
    }

    private static Party pod(String namespace, String name, String node, Owner... owners) {
        return new Party(namespace, name, "default", List.of(owners), node);
    }

    private static Owner deployment(String name) {
        return new Owner(ResourceKind.DEPLOYMENT, name);
    }

    private static Owner replicaSet(String name) {
        return new Owner(ResourceKind.REPLICA_SET, name);
    }

    private static SortedSet<WorkloadKey> keys(Party... pods) {
        TreeSet<WorkloadKey> keys = new TreeSet<>();
        for (Party pod : pods) {
            keys.add(new WorkloadKey(pod.namespace(), pod.pod()));
        }
        return keys;
    }

    private static void put(
            Map<Resource, SortedMap<String, String>> labels,
            ResourceKind kind,
            String namespace,
            String name,
            Map<String, String> its) {
        labels.putIfAbsent(new Resource(kind, namespace, name), new TreeMap<>(its));
    }
}
