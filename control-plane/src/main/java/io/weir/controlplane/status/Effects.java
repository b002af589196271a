package io.weir.controlplane.status;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.status.Acknowledgements.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What came of each object: whose configuration follows from it, and which of it is refused. */
final class Effects {

    private final SortedMap<ObjectRef, SortedSet<ObjectRef>> users;
    private final SortedSet<WorkloadKey> callers = new TreeSet<>();
    private final Map<Identity, SortedSet<WorkloadKey>> guards = new HashMap<>();
    private final Map<Identity, List<Workload>> workloads = new HashMap<>();
    private final Set<ObjectRef> splits = new HashSet<>();
    private final Map<String, SortedSet<ObjectRef>> splitsByPort = new HashMap<>();
    private final Map<ObjectRef, Granted> granted = new HashMap<>();
    private final Map<Identity, SortedSet<ObjectRef>> targets = new HashMap<>();
    private final Map<ObjectRef, List<Refusal>> refusals = new HashMap<>();

    /**
     * What a target gives, and to the workloads of whom.
     *
     * @param audited it only would
     */
    record Granted(Identity destination, List<Grant> grants, boolean audited) {}

    private Effects(SortedMap<ObjectRef, SortedSet<ObjectRef>> users) {
        this.users = users;
    }

    static Effects of(Observed observed) {
        Effects effects = new Effects(observed.built().users());
        MeshModel model = observed.built().model();
        model.workloads().values().forEach(effects::workload);
        model.routes().values().forEach(effects::routes);
        model.grants().forEach((destination, grants) -> effects.grants(destination, grants, false));
        model.audited().forEach((destination, grants) -> effects.grants(destination, grants, true));
        observed.acknowledgements().refusals().forEach(refusal -> effects.refused(model, refusal));
        return effects;
    }

    private void workload(Workload workload) {
        workloads.computeIfAbsent(workload.identity(), _ -> new ArrayList<>()).add(workload);
        if (workload.meshed()) {
            callers.add(workload.key());
            // Where nothing that arrives passes the sidecar, it is told nothing of who may call.
            if (!(workload.binds() instanceof Binds.Explicit)) {
                guards.computeIfAbsent(workload.identity(), _ -> new TreeSet<>())
                        .add(workload.key());
            }
        }
    }

    private void routes(RouteTable table) {
        for (RouteRule rule : table.rules()) {
            if (rule.origin().kind().equals("TrafficSplit")) {
                splits.add(rule.origin());
                splitsByPort
                        .computeIfAbsent(table.parent().toString(), _ -> new TreeSet<>())
                        .add(rule.origin());
            }
        }
    }

    private void grants(Identity destination, List<Grant> grants, boolean audited) {
        for (Grant grant : grants) {
            granted.computeIfAbsent(grant.origin(), _ -> new Granted(destination, new ArrayList<>(), audited))
                    .grants()
                    .add(grant);
            targets.computeIfAbsent(destination, _ -> new TreeSet<>()).add(grant.origin());
        }
    }

    /** Resources are named after what they are for: a port of a Service, or a port of the proxy's own workload. */
    private void refused(MeshModel model, Refusal refusal) {
        Workload workload = model.workloads().get(refusal.proxy());
        Set<ObjectRef> behind = new TreeSet<>();
        for (String resource : refusal.resources()) {
            int slash = resource.indexOf('/');
            String name = resource.substring(slash + 1);
            switch (slash < 0 ? resource : resource.substring(0, slash)) {
                case "outbound", "direct" -> behind.addAll(splitsByPort.getOrDefault(name, new TreeSet<>()));
                case "inbound", "local", "virtual-inbound" -> {
                    if (workload != null) {
                        behind.addAll(targets.getOrDefault(workload.identity(), new TreeSet<>()));
                    }
                }
                // What else there is follows from no object.
                default -> {}
            }
        }
        behind.forEach(object ->
                refusals.computeIfAbsent(object, _ -> new ArrayList<>()).add(refusal));
    }

    /** The objects that refer to a route. */
    SortedSet<ObjectRef> users(ObjectRef route) {
        return users.getOrDefault(route, new TreeSet<>());
    }

    /** What a target grants; null if nothing. */
    @Nullable
    Granted granted(ObjectRef target) {
        return granted.get(target);
    }

    /** All that run as somebody. */
    List<Workload> workloads(Identity identity) {
        return workloads.getOrDefault(identity, List.of());
    }

    /** Whether anything at all follows from an object. */
    boolean any(ObjectRef object) {
        return splits.contains(object)
                || granted.containsKey(object)
                || users(object).stream().anyMatch(user -> splits.contains(user) || granted.containsKey(user));
    }

    /** The proxies whose configuration follows from an object: of a split, all that call; of a target, those that are called. */
    SortedSet<WorkloadKey> proxies(ObjectRef object) {
        SortedSet<WorkloadKey> proxies = new TreeSet<>();
        if (splits.contains(object)) {
            proxies.addAll(callers);
        }
        Granted target = granted.get(object);
        if (target != null) {
            proxies.addAll(guards.getOrDefault(target.destination(), new TreeSet<>()));
        }
        users(object).forEach(user -> proxies.addAll(proxies(user)));
        return proxies;
    }

    /** What is refused of what follows from an object. */
    List<Refusal> refusals(ObjectRef object) {
        List<Refusal> all = new ArrayList<>(refusals.getOrDefault(object, List.of()));
        users(object).forEach(user -> all.addAll(refusals(user)));
        return all;
    }
}
