package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Who has which part of the mesh's addresses. A mesh has 2^20 addresses: 256 blocks of 4096, of which each replica has
 * one and nobody the first. In its block a replica's sidecar is at offset 1, its app at 2 (if it is started by us),
 * and every service from 16 up, at the same offset in all blocks.
 *
 * @param replicas block numbers, 1..255
 * @param services offsets, 16..4094 (the very last address of 127/8 is a broadcast address)
 * @param incarnations of the replicas that exist now
 */
record LoopbackTable(
        Slots<WorkloadKey> replicas, Slots<ServiceKey> services, SortedMap<WorkloadKey, Incarnation> incarnations) {

    static final int BLOCK_SIZE = 4096;
    static final int MAX_REPLICAS = 255;
    static final int SIDECAR_OFFSET = 1;
    static final int APP_OFFSET = 2;
    static final int FIRST_SERVICE = 16;
    static final int LAST_SERVICE = BLOCK_SIZE - 2;

    static final LoopbackTable EMPTY = new LoopbackTable(Slots.none(), Slots.none(), Collections.emptySortedMap());

    LoopbackTable {
        incarnations = Sorted.map(incarnations);
    }

    /** One life of a replica: it ends when the replica is deleted or gets another service account. */
    record Incarnation(String uid, String serviceAccount) {}

    /**
     * The table with room for all of these, as far as it goes.
     *
     * @param wantedReplicas with their service accounts
     * @param uids makes the uid of a new incarnation
     */
    LoopbackTable with(
            SortedMap<WorkloadKey, String> wantedReplicas,
            SortedSet<ServiceKey> wantedServices,
            Function<WorkloadKey, String> uids) {
        TreeMap<WorkloadKey, Incarnation> next = new TreeMap<>();
        wantedReplicas.forEach((key, account) -> {
            Incarnation before = incarnations.get(key);
            boolean same = before != null && before.serviceAccount().equals(account);
            next.put(key, same ? before : new Incarnation(uids.apply(key), account));
        });
        LoopbackTable table = new LoopbackTable(
                replicas.with(Sorted.set(wantedReplicas.keySet()), 1, MAX_REPLICAS),
                services.with(wantedServices, FIRST_SERVICE, LAST_SERVICE),
                next);
        return table.equals(this) ? this : table;
    }
}
