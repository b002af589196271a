package io.weir.controlplane.identity;

import io.weir.controlplane.identity.ProxyAuthenticator.Denied;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import org.jspecify.annotations.Nullable;

/** What a credential says must still be so. */
@FunctionalInterface
interface Membership {

    /** @param uid null if the credential carries none (a certificate) */
    ProxyIdentity admit(String namespace, String serviceAccount, String name, @Nullable String uid) throws Denied;

    /**
     * Of the mesh: the workload exists, has a sidecar, and has this account and, if known, this uid.
     *
     * @param missing why a workload that the directory lacks is refused
     */
    static Membership of(WorkloadDirectory workloads, DenialReason missing) {
        return (namespace, serviceAccount, name, uid) -> {
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
        };
    }

    /** Of a program of Weir's own: a pod of this account, which the mesh need not know. */
    static Membership only(Identity account) {
        return (namespace, serviceAccount, name, uid) -> {
            if (uid == null || !account.equals(new Identity(namespace, serviceAccount))) {
                throw new Denied(DenialReason.NOT_WEIRS_OWN);
            }
            return new ProxyIdentity(namespace, serviceAccount, name, uid);
        };
    }
}
