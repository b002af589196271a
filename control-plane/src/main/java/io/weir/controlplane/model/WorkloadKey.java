package io.weir.controlplane.model;

import java.util.Comparator;

/** Namespace and name of one running replica (a Pod, or a replica of a standalone Workload): one proxy at most. */
public record WorkloadKey(String namespace, String name) implements Comparable<WorkloadKey> {

    private static final Comparator<WorkloadKey> ORDER =
            Comparator.comparing(WorkloadKey::namespace).thenComparing(WorkloadKey::name);

    @Override
    public int compareTo(WorkloadKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
