package io.weir.telemetry.api;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.ResourceKind;
import java.util.HashSet;
import java.util.Set;

/**
 * Of which objects nothing can be said because none of their pods is heard of; zeros would be a guess.
 *
 * @param all whether no pod at all is heard of, which is what splits depend on: all clients tell of them, whoever they are
 * @param objects of the kind that is asked for
 */
record Silence(boolean all, Set<Resource> objects) {

    Silence {
        objects = Set.copyOf(objects);
    }

    /** @param silent pods whose sidecars should report and do not */
    static Silence of(ResourceKind kind, Inventory inventory, Set<WorkloadKey> silent) {
        if (silent.isEmpty()) {
            return new Silence(false, Set.of());
        }
        Grouping grouping = new Grouping(kind, inventory);
        Set<Resource> unheard = new HashSet<>();
        Set<Resource> heard = new HashSet<>();
        inventory
                .parties()
                .forEach((pod, party) -> (silent.contains(pod) ? unheard : heard).addAll(grouping.of(party)));
        unheard.removeAll(heard);
        Set<WorkloadKey> pods = inventory.parties().keySet();
        return new Silence(!pods.isEmpty() && silent.containsAll(pods), unheard);
    }

    /** Whether it is one of them. */
    boolean over(Resource resource) {
        return resource.kind() == ResourceKind.TRAFFIC_SPLIT ? all : objects.contains(resource);
    }
}
