package io.weir.telemetry.dialect;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Traffic;
import java.util.Map;
import java.util.Set;

/**
 * What is told at one moment.
 *
 * @param totals that only grow
 * @param silent pods whose sidecars should report and do not: their zeros mean nothing
 * @param coverage of which time the totals tell all
 */
public record Scrape(
        Map<Edge, Traffic> totals, Set<WorkloadKey> silent, Inventory inventory, MeshNames names, Coverage coverage) {
    public Scrape {
        totals = Map.copyOf(totals);
        silent = Set.copyOf(silent);
    }
}
