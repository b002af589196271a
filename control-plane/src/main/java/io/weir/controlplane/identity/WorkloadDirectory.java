package io.weir.controlplane.identity;

import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import org.jspecify.annotations.Nullable;

/** Which workloads the mesh has now. */
@FunctionalInterface
public interface WorkloadDirectory {

    /** Null if the mesh has no such workload. */
    @Nullable
    Workload workload(WorkloadKey key);
}
