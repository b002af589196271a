package io.weir.telemetry.dialect;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.ResourceKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What labels need besides the edge itself. */
final class Lookup {

    private final Inventory inventory;
    private final MeshNames names;
    private final Map<ServiceKey, List<Inventory.Split>> splits = new HashMap<>();
    private final Map<WorkloadKey, SortedSet<ServiceKey>> services = new HashMap<>();

    Lookup(Inventory inventory, MeshNames names) {
        this.inventory = inventory;
        this.names = names;
        for (Inventory.Split split : inventory.splits()) {
            splits.computeIfAbsent(new ServiceKey(split.namespace(), split.service()), _ -> new ArrayList<>())
                    .add(split);
        }
        inventory
                .members()
                .forEach((service, pods) -> pods.forEach(pod ->
                        services.computeIfAbsent(pod, _ -> new TreeSet<>()).add(service)));
    }

    MeshNames names() {
        return names;
    }

    /** A pod as it is known; its name alone where it isn't. */
    Party party(WorkloadKey pod) {
        return inventory.parties().getOrDefault(pod, new Party(pod.namespace(), pod.name(), "", List.of(), ""));
    }

    /** The backends among which calls of this service are split; the service itself where there is no split. */
    SortedSet<ServiceKey> backends(ServiceKey service) {
        List<Inventory.Split> found = splits.getOrDefault(service, List.of());
        SortedSet<ServiceKey> backends = new TreeSet<>();
        found.forEach(split -> split.backends()
                .forEach(backend -> backends.add(new ServiceKey(split.namespace(), backend.service()))));
        return found.isEmpty() ? Sorted.set(List.of(service)) : backends;
    }

    /** The name of the split that the edge was taken by: the first by name of those with its backend; empty if none. */
    String split(Edge edge) {
        ServiceKey service = edge.service();
        ServiceKey backend = edge.backend();
        if (service == null || backend == null) {
            return "";
        }
        return splits.getOrDefault(service, List.of()).stream()
                .filter(split -> split.backends().stream()
                        .anyMatch(each -> each.service().equals(backend.name())
                                && split.namespace().equals(backend.namespace())))
                .map(Inventory.Split::name)
                .sorted()
                .findFirst()
                .orElse("");
    }

    /**
     * The service whose endpoint was taken. The destination is not told; there it is a service that the pod is behind, one that
     * isn't the root of a split before one that is, since the root hands its calls on.
     */
    @Nullable
    ServiceKey reached(Edge edge) {
        if (edge.backend() != null) {
            return edge.backend();
        }
        if (edge.service() != null) {
            return edge.service();
        }
        WorkloadKey pod = edge.destination().key();
        if (pod == null) {
            return null;
        }
        SortedSet<ServiceKey> behind = services.getOrDefault(pod, Collections.emptySortedSet());
        return behind.stream()
                .filter(service -> !splits.containsKey(service))
                .findFirst()
                .orElse(behind.isEmpty() ? null : behind.first());
    }

    /** Of the pod; empty where it is not known, as after it has gone. */
    SortedMap<String, String> podLabels(Party party) {
        return inventory
                .labels()
                .getOrDefault(
                        new Inventory.Resource(ResourceKind.POD, party.namespace(), party.pod()),
                        Collections.emptySortedMap());
    }
}
