package io.weir.telemetry.model;

import io.weir.controlplane.model.WorkloadKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of an edge, as it was known when it was first seen: an address may belong to another pod later.
 *
 * @param namespace empty for an end outside of the mesh
 * @param pod empty where only the namespace, or nothing, is known
 * @param serviceAccount empty if unknown
 * @param owners what owns the pod, nearest first: its ReplicaSet, then its Deployment; empty for a pod on its own
 * @param node empty if unknown, as on one machine
 */
public record Party(String namespace, String pod, String serviceAccount, List<Owner> owners, String node) {

    /** An end of which nothing is known. */
    public static final Party UNKNOWN = new Party("", "", "", List.of(), "");

    public Party {
        owners = List.copyOf(owners);
    }

    /** An object that owns a pod, in the pod's namespace. */
    public record Owner(ResourceKind kind, String name) {}

    /** The outermost owner: what people call the workload; the pod itself where nothing owns it, null for an unknown end. */
    public @Nullable Owner workload() {
        if (!owners.isEmpty()) {
            return owners.getLast();
        }
        return pod.isEmpty() ? null : new Owner(ResourceKind.POD, pod);
    }

    public @Nullable WorkloadKey key() {
        return pod.isEmpty() ? null : new WorkloadKey(namespace, pod);
    }
}
