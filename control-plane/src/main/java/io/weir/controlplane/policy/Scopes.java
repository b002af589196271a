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
import java.util.TreeSet;

/**
 * Which callers are told how much: what they have a TrafficTarget for, what nobody refuses, and what the mesh has no say in.
 *
 * <p>Only HTTP ports may be beyond a scope. Where a split leads is not looked at: its root is in every scope.
 *
 * @param aliased the service ports that sidecars can reach without being told of them
 * @param granting by caller, the accounts that grant it anything at all, on trial or in force
 */
public record Scopes(SortedMap<ServicePortKey, Aliased> aliased, SortedMap<Identity, SortedSet<Identity>> granting) {

    /** Nothing is beyond anybody's. */
    public static final Scopes WHOLE = new Scopes(new TreeMap<>(), new TreeMap<>());

    /** Each takes a filter chain in every sidecar. */
    private static final int MOST_PORTS = 16;

    /**
     * A service port that the mesh has a say in. All of them can be reached without being told of, also those that are in every scope: a sidecar
     * that is just being told of one has no listener for it yet, and must not pass the call on as it came.
     *
     * @param addresses the Service's virtual addresses
     * @param accounts of the workloads
     * @param refuses whether all of those refuse what is not granted: only then it may be beyond a scope
     */
    public record Aliased(List<String> addresses, SortedSet<Identity> accounts, boolean refuses) {
        public Aliased {
            addresses = List.copyOf(addresses);
            accounts = Sorted.set(accounts);
        }
    }

    public Scopes {
        aliased = Sorted.map(aliased);
        granting = Sorted.map(granting);
    }

    /** Those of a mesh. */
    public static Scopes of(MeshModel mesh, OutboundPolicy outbound) {
        Map<Identity, Set<Identity>> granting = new HashMap<>();
        mesh.grants().forEach((to, grants) -> add(granting, to, grants));
        mesh.audited().forEach((to, grants) -> add(granting, to, grants));
        SortedMap<Identity, SortedSet<Identity>> sorted = new TreeMap<>();
        granting.forEach((caller, accounts) -> sorted.put(caller, Sorted.set(accounts)));
        return new Scopes(aliased(outbound), sorted);
    }

    /** An address and port stand for one service port: of two that claim the same, as after a cluster was restored, the first has it. */
    private static SortedMap<ServicePortKey, Aliased> aliased(OutboundPolicy outbound) {
        Map<Integer, Integer> uses = new HashMap<>();
        SortedMap<ServicePortKey, Aliased> aliased = new TreeMap<>();
        Set<String> taken = new HashSet<>();
        outbound.ports().forEach((key, port) -> {
            if (port.claimed()
                    && port.routes().protocol() == AppProtocol.HTTP
                    && !port.addresses().isEmpty()
                    && port.addresses().stream().allMatch(address -> taken.add(address + " " + key.port()))) {
                aliased.put(key, new Aliased(port.addresses(), port.accounts(), port.refuses()));
                uses.merge(key.port(), 1, Integer::sum);
            }
        });
        Collection<Integer> most = most(uses);
        aliased.keySet().removeIf(key -> !most.contains(key.port()));
        return aliased;
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

    /** The addresses of all that can be reached without being told of, by port. */
    public SortedMap<Integer, SortedSet<String>> addresses() {
        SortedMap<Integer, SortedSet<String>> addresses = new TreeMap<>();
        aliased.forEach((key, port) ->
                addresses.computeIfAbsent(key.port(), _ -> new TreeSet<>()).addAll(port.addresses()));
        return addresses;
    }

    /** What a caller is told. */
    public Scope of(Identity caller) {
        SortedSet<Identity> accounts = granting.getOrDefault(caller, Collections.emptySortedSet());
        SortedSet<ServicePortKey> beyond = new TreeSet<>();
        aliased.forEach((key, port) -> {
            if (port.refuses() && Collections.disjoint(port.accounts(), accounts)) {
                beyond.add(key);
            }
        });
        return new Scope(beyond);
    }
}
