package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.smi.SmiObject;

/** What a document says, typed. Equal text gives equal manifests, wherever it stands. */
sealed interface Manifest {

    record OfNamespace(NamespaceEntry namespace) implements Manifest {}

    record OfServiceEntry(ServiceEntry service) implements Manifest {}

    record OfAccount(Identity account) implements Manifest {}

    record OfWorkload(WorkloadSpec workload) implements Manifest {}

    record OfSmi(SmiObject object) implements Manifest {}
}
