package io.weir.telemetry.dialect;

import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.model.Party;

/**
 * Names that hold for the whole mesh.
 *
 * @param trustDomain of SPIFFE IDs
 * @param clusterDomain the DNS suffix of service names
 */
public record MeshNames(String trustDomain, String clusterDomain) {

    /** {@code web.shop.svc.cluster.local}. */
    String host(ServiceKey service) {
        return service.name() + "." + service.namespace() + ".svc." + clusterDomain;
    }

    /** {@code spiffe://cluster.local/ns/shop/sa/web}. */
    String principal(Party party) {
        return "spiffe://" + trustDomain + "/ns/" + party.namespace() + "/sa/" + party.serviceAccount();
    }
}
