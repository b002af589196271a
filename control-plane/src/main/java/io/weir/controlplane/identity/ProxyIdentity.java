package io.weir.controlplane.identity;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;

/**
 * Who a connected proxy proved to be.
 *
 * @param workload the replica's name, within {@code namespace}
 * @param uid the replica's uid, which a later replica of the same name does not share
 */
public record ProxyIdentity(String namespace, String serviceAccount, String workload, String uid) {

    public Identity identity() {
        return new Identity(namespace, serviceAccount);
    }

    public WorkloadKey workloadKey() {
        return new WorkloadKey(namespace, workload);
    }
}
