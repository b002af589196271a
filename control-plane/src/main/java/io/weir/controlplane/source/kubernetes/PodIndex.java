package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.Replica;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pods by name, by address, and by the ReplicaSet that made them. Used by one thread. */
final class PodIndex {

    /** Of pods with one address: who most likely has it. The last one. */
    private static final Comparator<Pod> CLAIM = Comparator.comparing((Pod pod) -> pod.stage() == Pod.Stage.LIVE)
            .thenComparing(Pod::created)
            .thenComparing(Pod::uid);

    private final Map<WorkloadKey, Pod> pods = new HashMap<>();
    private final Map<String, Set<WorkloadKey>> byAddress = new HashMap<>();
    private final Map<ObjectRef, Set<WorkloadKey>> byReplicaSet = new HashMap<>();
    private final Map<ObjectRef, Replica.Owner> owners = new HashMap<>();

    /** Whose address a slice means. */
    sealed interface Place {

        /** A workload that the mesh knows. */
        record OfReplica(WorkloadKey replica) implements Place {}

        /** Nobody of whom more can be said: a node, or something outside the cluster. */
        record Anonymous() implements Place {}

        /** A pod that is not known yet, is gone, or has this address no more; somebody else may have it by now. */
        record Stale() implements Place {}
    }

    /** Returns the pods that may look different now. */
    Collection<WorkloadKey> put(Pod pod) {
        Set<WorkloadKey> touched = remove(pod.key());
        pods.put(pod.key(), pod);
        if (pod.addressable()) {
            for (String address : pod.addresses()) {
                Set<WorkloadKey> sharing = byAddress.computeIfAbsent(address, _ -> new HashSet<>());
                sharing.add(pod.key());
                touched.addAll(sharing);
            }
        }
        ObjectRef replicaSet = pod.replicaSet();
        if (replicaSet != null) {
            byReplicaSet.computeIfAbsent(replicaSet, _ -> new HashSet<>()).add(pod.key());
        }
        return touched;
    }

    /** Returns the pods that may look different now. */
    Set<WorkloadKey> remove(WorkloadKey key) {
        Set<WorkloadKey> touched = new HashSet<>(Set.of(key));
        Pod pod = pods.remove(key);
        if (pod != null) {
            pod.addresses().forEach(address -> {
                drop(byAddress, address, key);
                touched.addAll(byAddress.getOrDefault(address, Set.of()));
            });
            ObjectRef replicaSet = pod.replicaSet();
            if (replicaSet != null) {
                drop(byReplicaSet, replicaSet, key);
            }
        }
        return touched;
    }

    /** Returns the pods that may look different now. */
    Collection<WorkloadKey> own(ObjectRef replicaSet, Replica.@Nullable Owner owner) {
        if (owner == null) {
            owners.remove(replicaSet);
        } else {
            owners.put(replicaSet, owner);
        }
        return byReplicaSet.getOrDefault(replicaSet, Set.of());
    }

    /** The workload that a pod is; null where it is none, or where another pod has its address by now. */
    @Nullable
    Replica replica(WorkloadKey key) {
        Pod pod = pods.get(key);
        if (pod == null || !pod.addressable() || !holdsItsAddresses(pod)) {
            return null;
        }
        List<Replica.Owner> chain = chain(pod);
        return new Replica(
                key,
                pod.uid(),
                chain.isEmpty() ? key.name() : chain.getLast().name(),
                chain,
                pod.node(),
                0,
                pod.serviceAccount(),
                pod.labels(),
                pod.annotations(),
                pod.ports(),
                pod.ready(),
                pod.addresses().getFirst(),
                pod.binds() == null ? null : Replica.Sidecar.inPod(pod.binds(), pod.keySource()),
                null);
    }

    /** Whom the backend of a slice is. */
    Place place(Slice.Backend backend) {
        Slice.Target target = backend.target();
        if (target == null) {
            return new Place.Anonymous();
        }
        Pod pod = pods.get(target.pod());
        if (pod == null
                || pod.stage() == Pod.Stage.FINISHED
                || !pod.addresses().contains(backend.address())
                || !(target.uid().isEmpty() || target.uid().equals(pod.uid()))) {
            return new Place.Stale();
        }
        return switch (pod.network()) {
            case NODE -> new Place.Anonymous();
            case OWN -> holdsItsAddresses(pod) ? new Place.OfReplica(pod.key()) : new Place.Stale();
        };
    }

    private boolean holdsItsAddresses(Pod pod) {
        return pod.addresses().stream()
                .flatMap(address -> byAddress.getOrDefault(address, Set.of()).stream())
                .map(pods::get)
                .noneMatch(other -> other != null && CLAIM.compare(other, pod) > 0);
    }

    /** What made a pod, and what made that; the last one is the workload that people know. */
    private List<Replica.Owner> chain(Pod pod) {
        Replica.Owner owner = pod.owner();
        if (owner == null) {
            return List.of();
        }
        ObjectRef replicaSet = pod.replicaSet();
        Replica.Owner above = replicaSet == null ? null : owners.get(replicaSet);
        return above == null ? List.of(owner) : List.of(owner, above);
    }

    private static <K> void drop(Map<K, Set<WorkloadKey>> index, K at, WorkloadKey key) {
        Set<WorkloadKey> keys = index.get(at);
        if (keys != null && keys.remove(key) && keys.isEmpty()) {
            index.remove(at);
        }
    }
}
