package io.weir.controlplane.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One running replica of an app: a Pod, or a replica of a standalone Workload.
 *
 * @param uid tells a replica from an earlier one of the same name
 * @param ports sorted by number, then protocol
 * @param mode what its namespace, or the mesh, says
 * @param binds where its sidecar listens; null for a workload without a sidecar
 */
public record Workload(
        WorkloadKey key,
        String uid,
        Identity identity,
        List<WorkloadPort> ports,
        Mode mode,
        @Nullable Binds binds) {

    public Workload {
        ports = List.copyOf(ports);
    }

    public boolean meshed() {
        return binds != null;
    }
}
