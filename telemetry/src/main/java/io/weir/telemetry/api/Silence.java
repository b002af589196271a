package io.weir.telemetry.api;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.report.EdgeReporter.Sidecars;
import java.util.HashSet;
import java.util.Set;

/**
 * Of which objects nothing can be said because none of their sidecars is heard of; zeros would be a guess. Pods without a sidecar
 * tell nothing either way.
 *
 * @param all whether no sidecar at all is heard of, which is what splits depend on: all clients tell of them, whoever they are
 * @param objects of the kind that is asked for
 */
record Silence(boolean all, Set<Resource> objects) {

    Silence {
        objects = Set.copyOf(objects);
    }

    static Silence of(ResourceKind kind, Inventory inventory, Sidecars sidecars) {
        Set<WorkloadKey> silent = sidecars.unavailable();
        if (silent.isEmpty()) {
            return new Silence(false, Set.of());
        }
        Grouping grouping = new Grouping(kind, inventory);
        Set<Resource> unheard = new HashSet<>();
        Set<Resource> heard = new HashSet<>();
        for (WorkloadKey pod : sidecars.meshed()) {
            Party party = inventory.parties().get(pod);
            if (party != null) {
                (silent.contains(pod) ? unheard : heard).addAll(grouping.of(party));
            }
        }
        unheard.removeAll(heard);
        return new Silence(!sidecars.meshed().isEmpty() && silent.containsAll(sidecars.meshed()), unheard);
    }

    /** Whether it is one of them. */
    boolean over(Resource resource) {
        return resource.kind() == ResourceKind.TRAFFIC_SPLIT ? all : objects.contains(resource);
    }
}
