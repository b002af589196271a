package io.weir.controlplane.replicas;

import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one replica tells the others.
 *
 * @param bundle version of the trust bundle that all its proxies have acknowledged; empty: they have not all the one it
 *     sends
 * @param objects digest of the SMI objects that it serves; equal digests, equal objects
 * @param inSync workloads whose proxies are connected to it and have acknowledged all that follows from those objects
 * @param whole whether {@code inSync} is all of them; it has a bound
 */
public record ReplicaReport(String bundle, String objects, SortedSet<WorkloadKey> inSync, boolean whole) {

    /** What a replica says that serves nobody yet. */
    public static final ReplicaReport NOTHING = new ReplicaReport("", "", new TreeSet<>(), true);

    public ReplicaReport {
        inSync = Sorted.set(inSync);
    }
}
