package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.SmiEntry;

/** What is kept of an object: a few hundred bytes where a Pod has ten thousand. Equal unless the mesh cares. */
sealed interface Trimmed {

    record OfNamespace(NamespaceEntry namespace) implements Trimmed {}

    record OfServiceEntry(ServiceEntry service) implements Trimmed {}

    record OfAccount(Identity account) implements Trimmed {}

    record OfPod(Pod pod) implements Trimmed {}

    record OfSlice(Slice slice) implements Trimmed {}

    /** A ReplicaSet and what it was made by, which is the workload that people know. */
    record OfReplicaSet(ObjectRef replicaSet, Replica.Owner owner) implements Trimmed {}

    record OfSmi(ObjectRef ref, SmiEntry entry) implements Trimmed {}
}
