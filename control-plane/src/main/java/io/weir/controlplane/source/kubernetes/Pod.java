package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.Replica;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A Pod, trimmed.
 *
 * @param ready takes traffic, as its readiness gates and probes say
 * @param addresses its own, IPv4 before IPv6; empty until it has one
 * @param annotations those of the mesh, without what its sidecar was made from
 * @param ports of its containers, the sidecar's left out
 * @param binds how traffic gets to its sidecar; null for a pod without one
 * @param keySource of its sidecar's key
 * @param node where it runs; empty until it is given one
 * @param owner its controller; null for a pod that someone made by hand
 */
record Pod(
        WorkloadKey key,
        String uid,
        Instant created,
        Stage stage,
        Network network,
        boolean ready,
        List<String> addresses,
        String serviceAccount,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        List<Replica.Port> ports,
        @Nullable Binds binds,
        KeySource keySource,
        String node,
        Replica.@Nullable Owner owner) {

    Pod {
        addresses = List.copyOf(addresses);
        labels = Sorted.map(labels);
        annotations = Sorted.map(annotations);
        ports = List.copyOf(ports);
    }

    /** How far it is in its life. */
    enum Stage {
        LIVE,
        /** Being deleted; serves what it has to finish. */
        TERMINATING,
        /** Its containers have ended for good; its address may be another's by now. */
        FINISHED
    }

    /** Whose addresses it has. */
    enum Network {
        OWN,
        /** Its node's, together with every other such pod there: an address says nothing about who it is. */
        NODE
    }

    /** Whether it can be a workload of the mesh. */
    boolean addressable() {
        return stage != Stage.FINISHED && network == Network.OWN && !addresses.isEmpty();
    }

    /** The ReplicaSet that made it, which is made by something else in turn; null where that is not so. */
    @Nullable
    ObjectRef replicaSet() {
        return owner != null && owner.kind().equals("ReplicaSet")
                ? new ObjectRef("ReplicaSet", key.namespace(), owner.name())
                : null;
    }
}
