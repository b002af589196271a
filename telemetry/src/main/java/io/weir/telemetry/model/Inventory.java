package io.weir.telemetry.model;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Which objects there are, and how they belong together.
 *
 * @param labels of every object that can be asked for
 * @param parties every pod, with a sidecar or without
 * @param addresses of pods: those that callers use, and those from which their sidecars call
 * @param members of each service: the pods behind its endpoints
 */
public record Inventory(
        SortedMap<Resource, SortedMap<String, String>> labels,
        SortedMap<WorkloadKey, Party> parties,
        Map<String, WorkloadKey> addresses,
        SortedMap<ServiceKey, SortedSet<WorkloadKey>> members,
        List<Split> splits) {

    public static final Inventory EMPTY =
            new Inventory(new TreeMap<>(), new TreeMap<>(), Map.of(), new TreeMap<>(), List.of());

    public Inventory {
        labels = Sorted.map(labels);
        parties = Sorted.map(parties);
        addresses = Map.copyOf(addresses);
        members = Sorted.map(members);
        splits = List.copyOf(splits);
    }

    /** @param namespace empty for a kind that has none */
    public record Resource(ResourceKind kind, String namespace, String name) implements Comparable<Resource> {
        @Override
        public int compareTo(Resource other) {
            int byKind = kind.compareTo(other.kind);
            int byNamespace = byKind != 0 ? byKind : namespace.compareTo(other.namespace);
            return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
        }
    }

    /** A TrafficSplit; its service and backends are in its own namespace. */
    public record Split(String namespace, String name, String service, List<Backend> backends) {
        public Split {
            backends = List.copyOf(backends);
        }
    }

    /** @param weight as declared */
    public record Backend(String service, int weight) {}
}
