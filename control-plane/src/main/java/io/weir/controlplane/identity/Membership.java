package io.weir.controlplane.identity;

import io.weir.controlplane.identity.ProxyAuthenticator.Denied;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import org.jspecify.annotations.Nullable;

/** What a credential says must still be so: the workload exists, with this account and, if known, this uid. */
final class Membership {

    private final WorkloadDirectory workloads;
    private final DenialReason missing;

    /** @param missing why a workload that the directory lacks is refused */
    Membership(WorkloadDirectory workloads, DenialReason missing) {
        this.workloads = workloads;
        this.missing = missing;
    }

    /** @param uid null if the credential carries none (a certificate) */
    ProxyIdentity admit(String namespace, String serviceAccount, String name, @Nullable String uid) throws Denied {
        Workload workload = workloads.workload(new WorkloadKey(namespace, name));
        if (workload == null) {
            throw new Denied(missing);
        }
        if (!workload.identity().equals(new Identity(namespace, serviceAccount))) {
            throw new Denied(DenialReason.OTHER_SERVICE_ACCOUNT);
        }
        if (uid != null && !uid.equals(workload.uid())) {
            throw new Denied(DenialReason.OTHER_UID);
        }
        if (!workload.meshed()) {
            throw new Denied(DenialReason.WORKLOAD_NOT_MESHED);
        }
        return new ProxyIdentity(namespace, serviceAccount, name, workload.uid());
    }
}
