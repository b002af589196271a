package io.weir.controlplane.replicas;

import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import java.util.List;
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
 * @param refused what its proxies refuse at present, the first few
 */
public record ReplicaReport(
        String bundle, String objects, SortedSet<WorkloadKey> inSync, boolean whole, List<Refused> refused) {

    private static final int MOST_REFUSED = 20;

    /** What a replica says that serves nobody yet. */
    public static final ReplicaReport NOTHING = new ReplicaReport("", "", new TreeSet<>(), true);

    public ReplicaReport {
        inSync = Sorted.set(inSync);
        refused = refused.stream().limit(MOST_REFUSED).toList();
    }

    /** Of one whose proxies refuse nothing. */
    public ReplicaReport(String bundle, String objects, SortedSet<WorkloadKey> inSync, boolean whole) {
        this(bundle, objects, inSync, whole, List.of());
    }

    /**
     * A proxy's refusal.
     *
     * @param reason the proxy's words, on one line, the first 300 characters
     */
    public record Refused(WorkloadKey proxy, String resource, String reason) {

        private static final int LONGEST = 300;

        public Refused {
            reason = reason.replaceAll("\\s+", " ");
            reason = reason.length() > LONGEST ? reason.substring(0, LONGEST) : reason;
        }
    }
}
