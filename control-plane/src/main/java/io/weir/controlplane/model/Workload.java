package io.weir.controlplane.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One running replica of an app: a Pod, or a replica of a standalone Workload.
 *
 * @param uid tells a replica from an earlier one of the same name
 * @param ports sorted by number, then protocol
 * @param mode what its namespace, or the mesh, says
 * @param binds how traffic gets to its sidecar; null for a workload without a sidecar
 * @param keySource of its sidecar's key
 * @param spans how it shows in traces
 */
public record Workload(
        WorkloadKey key,
        String uid,
        Identity identity,
        List<WorkloadPort> ports,
        Mode mode,
        @Nullable Binds binds,
        KeySource keySource,
        SpanSource spans) {

    public Workload {
        ports = List.copyOf(ports);
    }

    /** One of a mesh without traces. */
    public Workload(
            WorkloadKey key,
            String uid,
            Identity identity,
            List<WorkloadPort> ports,
            Mode mode,
            @Nullable Binds binds,
            KeySource keySource) {
        this(key, uid, identity, ports, mode, binds, keySource, SpanSource.NONE);
    }

    /** One whose sidecar's key is made by the control plane. */
    public Workload(
            WorkloadKey key,
            String uid,
            Identity identity,
            List<WorkloadPort> ports,
            Mode mode,
            @Nullable Binds binds) {
        this(key, uid, identity, ports, mode, binds, KeySource.CONTROL_PLANE);
    }

    /** Whether it has a sidecar: what it calls is called in its own name. */
    public boolean meshed() {
        return binds != null;
    }

    /** Whether callers of one of its ports meet the sidecar; where not, nothing is enforced there. */
    public boolean guards(WorkloadPort port) {
        return binds != null && binds.guards(port.port(), port.protocol().transport());
    }
}
