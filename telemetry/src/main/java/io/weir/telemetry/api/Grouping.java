package io.weir.telemetry.api;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Backend;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.Inventory.Split;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Adds traffic up by the objects of one kind. An object's requests are those of its pods; pods that have gone still count
 * for whoever owned them, for their namespace and their node, and for the Services of those whom their workload has now.
 */
final class Grouping {

    private final ResourceKind kind;
    private final Inventory inventory;
    private final Map<WorkloadKey, SortedSet<Resource>> servicesOfPod = new HashMap<>();
    private final Map<Workload, SortedSet<Resource>> servicesOfWorkload = new HashMap<>();

    /** What people call a workload: the outermost owner of pods. */
    private record Workload(String namespace, Owner owner) {}

    Grouping(ResourceKind kind, Inventory inventory) {
        this.kind = kind;
        this.inventory = inventory;
        if (kind == ResourceKind.SERVICE) {
            inventory.members().forEach((service, pods) -> pods.forEach(pod -> member(service, pod)));
        }
    }

    private void member(ServiceKey service, WorkloadKey pod) {
        Resource resource = new Resource(ResourceKind.SERVICE, service.namespace(), service.name());
        servicesOfPod.computeIfAbsent(pod, _ -> new TreeSet<>()).add(resource);
        Party party = inventory.parties().get(pod);
        Owner owner = party == null ? null : party.workload();
        if (owner != null) {
            servicesOfWorkload
                    .computeIfAbsent(new Workload(pod.namespace(), owner), _ -> new TreeSet<>())
                    .add(resource);
        }
    }

    private Collection<Resource> services(Party party) {
        WorkloadKey pod = party.key();
        Owner owner = party.workload();
        if (pod == null || owner == null) {
            return List.of();
        }
        return inventory.parties().containsKey(pod)
                ? servicesOfPod.getOrDefault(pod, Collections.emptySortedSet())
                : servicesOfWorkload.getOrDefault(new Workload(party.namespace(), owner), Collections.emptySortedSet());
    }

    /** The objects to which an end belongs: several Services, at most one of any other kind. */
    Collection<Resource> of(Party party) {
        if (party.namespace().isEmpty()) {
            return List.of();
        }
        return switch (kind) {
            case NAMESPACE -> List.of(new Resource(kind, "", party.namespace()));
            case NODE -> party.node().isEmpty() ? List.of() : List.of(new Resource(kind, "", party.node()));
            case POD -> party.pod().isEmpty() ? List.of() : List.of(new Resource(kind, party.namespace(), party.pod()));
            case SERVICE -> services(party);
            case REPLICATION_CONTROLLER, DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET, JOB ->
                party.owners().stream()
                        .filter(owner -> owner.kind() == kind)
                        .map(owner -> new Resource(kind, party.namespace(), owner.name()))
                        .toList();
            case TRAFFIC_SPLIT -> List.of();
        };
    }

    /** What each object received, as its own sidecars counted it (M1, M8). */
    SortedMap<Resource, Traffic> received(Map<Edge, Traffic> edges) {
        TreeMap<Resource, Traffic> sums = new TreeMap<>();
        edges.forEach((edge, traffic) -> {
            if (edge.reporter() == Reporter.DESTINATION) {
                of(edge.destination()).forEach(resource -> sums.merge(resource, traffic, Traffic::plus));
            }
        });
        return sums;
    }

    /**
     * What went between an object and others of its kind, itself included, as the object's own sidecars counted it, by who
     * the others are. Ends of which nothing is known are left out (M2).
     *
     * @param reporter {@code DESTINATION}: what it received; {@code SOURCE}: what it called
     */
    SortedMap<Resource, Traffic> peers(Resource resource, Reporter reporter, Map<Edge, Traffic> edges) {
        TreeMap<Resource, Traffic> sums = new TreeMap<>();
        edges.forEach((edge, traffic) -> {
            if (edge.reporter() == reporter
                    && !traffic.equals(Traffic.NONE)
                    && of(edge.self()).contains(resource)) {
                of(edge.peer()).forEach(peer -> sums.merge(peer, traffic, Traffic::plus));
            }
        });
        return sums;
    }

    /** What clients in all namespaces sent to the root of a split, by the backend that it went to. */
    static Traffic sent(Split split, Backend backend, Map<Edge, Traffic> edges) {
        ServiceKey root = new ServiceKey(split.namespace(), split.service());
        ServiceKey leaf = new ServiceKey(split.namespace(), backend.service());
        return edges.entrySet().stream()
                .filter(entry -> entry.getKey().reporter() == Reporter.SOURCE
                        && root.equals(entry.getKey().service())
                        && leaf.equals(entry.getKey().backend()))
                .map(Map.Entry::getValue)
                .reduce(Traffic.NONE, Traffic::plus);
    }
}
