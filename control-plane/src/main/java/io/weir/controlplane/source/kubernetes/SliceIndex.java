package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Slices by Service, and the Services whose slices name a pod. Used by one thread. */
final class SliceIndex {

    private final Map<ServiceKey, TreeMap<String, Slice>> byService = new HashMap<>();
    /** How many slices of a Service name the pod. */
    private final Map<WorkloadKey, Map<ServiceKey, Integer>> byPod = new HashMap<>();

    void put(Slice slice) {
        byService.computeIfAbsent(slice.service(), _ -> new TreeMap<>()).put(slice.name(), slice);
        pods(slice)
                .forEach(pod ->
                        byPod.computeIfAbsent(pod, _ -> new HashMap<>()).merge(slice.service(), 1, Integer::sum));
    }

    void remove(Slice slice) {
        TreeMap<String, Slice> slices = byService.get(slice.service());
        if (slices == null || slices.remove(slice.name()) == null) {
            return;
        }
        if (slices.isEmpty()) {
            byService.remove(slice.service());
        }
        pods(slice)
                .forEach(pod -> byPod.computeIfPresent(pod, (_, services) -> {
                    services.computeIfPresent(slice.service(), (_, count) -> count == 1 ? null : count - 1);
                    return services.isEmpty() ? null : services;
                }));
    }

    /** In the order of their names. */
    Collection<Slice> of(ServiceKey service) {
        TreeMap<String, Slice> slices = byService.get(service);
        return slices == null ? List.of() : slices.values();
    }

    Set<ServiceKey> naming(WorkloadKey pod) {
        return byPod.getOrDefault(pod, Map.of()).keySet();
    }

    private static List<WorkloadKey> pods(Slice slice) {
        return slice.backends().stream()
                .map(Slice.Backend::target)
                .filter(target -> target != null)
                .map(Slice.Target::pod)
                .distinct()
                .toList();
    }
}
