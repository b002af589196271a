package io.weir.controlplane.policy;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Which callers are told how much: what they have a TrafficTarget for, what nobody refuses, and what the mesh has no say in.
 *
 * <p>Only HTTP ports may be beyond a scope. Where a split leads is not looked at: its root is in every scope.
 *
 * @param refusing the service ports that may be beyond somebody's scope
 * @param granting by caller, the accounts that grant it anything at all, on trial or in force
 */
public record Scopes(SortedMap<ServicePortKey, Refusing> refusing, SortedMap<Identity, SortedSet<Identity>> granting) {

    /** Nothing is beyond anybody's. */
    public static final Scopes WHOLE = new Scopes(new TreeMap<>(), new TreeMap<>());

    /** Each takes a filter chain in every sidecar. */
    private static final int MOST_PORTS = 8;

    /**
     * A service port of which every workload refuses what is not granted.
     *
     * @param addresses the Service's virtual addresses
     * @param accounts of the workloads
     */
    public record Refusing(List<String> addresses, SortedSet<Identity> accounts) {
        public Refusing {
            addresses = List.copyOf(addresses);
            accounts = Sorted.set(accounts);
        }
    }

    public Scopes {
        refusing = Sorted.map(refusing);
        granting = Sorted.map(granting);
    }

    /** Those of a mesh. */
    public static Scopes of(MeshModel mesh, OutboundPolicy outbound) {
        Map<Integer, Integer> uses = new HashMap<>();
        SortedMap<ServicePortKey, Refusing> refusing = new TreeMap<>();
        outbound.ports().forEach((key, port) -> {
            if (port.refuses()
                    && port.routes().protocol() == AppProtocol.HTTP
                    && !port.addresses().isEmpty()) {
                refusing.put(key, new Refusing(port.addresses(), port.accounts()));
                uses.merge(key.port(), 1, Integer::sum);
            }
        });
        Collection<Integer> most = most(uses);
        refusing.keySet().removeIf(key -> !most.contains(key.port()));
        Map<Identity, Set<Identity>> granting = new HashMap<>();
        mesh.grants().forEach((to, grants) -> add(granting, to, grants));
        mesh.audited().forEach((to, grants) -> add(granting, to, grants));
        SortedMap<Identity, SortedSet<Identity>> sorted = new TreeMap<>();
        granting.forEach((caller, accounts) -> sorted.put(caller, Sorted.set(accounts)));
        return new Scopes(refusing, sorted);
    }

    private static Collection<Integer> most(Map<Integer, Integer> uses) {
        return uses.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_PORTS)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void add(Map<Identity, Set<Identity>> granting, Identity to, List<Grant> grants) {
        for (Grant grant : grants) {
            for (Identity source : grant.sources()) {
                granting.computeIfAbsent(source, _ -> new HashSet<>()).add(to);
            }
        }
    }

    /** What a caller is told. */
    public Scope of(Identity caller) {
        SortedSet<Identity> accounts = granting.getOrDefault(caller, Collections.emptySortedSet());
        SortedMap<ServicePortKey, List<String>> beyond = new TreeMap<>();
        refusing.forEach((key, port) -> {
            if (Collections.disjoint(port.accounts(), accounts)) {
                beyond.put(key, port.addresses());
            }
        });
        return new Scope(beyond);
    }
}
