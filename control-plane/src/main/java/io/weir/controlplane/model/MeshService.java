package io.weir.controlplane.model;

import java.util.List;
import java.util.SortedSet;

/**
 * A Service as its callers see it.
 *
 * @param addresses its own virtual addresses (cluster IPs); empty where each caller reaches it by an address of the
 *     caller's own, as standalone does
 * @param ports sorted by number, then transport
 * @param accounts the identities of its workloads, ready or not: what a caller accepts as the server's certificate
 * @param guarded its ports behind which at least one workload, ready or not, has a sidecar before its app
 * @param refusing those of {@code guarded} behind which there is nothing but workloads, ready or not, whose sidecars refuse what no
 *     TrafficTarget allows
 */
public record MeshService(
        ServiceKey key,
        List<String> addresses,
        List<ServicePort> ports,
        SortedSet<Identity> accounts,
        SortedSet<ServicePortKey> guarded,
        SortedSet<ServicePortKey> refusing) {

    public MeshService {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        accounts = Sorted.set(accounts);
        guarded = Sorted.set(guarded);
        refusing = Sorted.set(refusing);
    }

    /** The key of one of this Service's ports. */
    public ServicePortKey portKey(ServicePort port) {
        return new ServicePortKey(key, port.port(), port.protocol().transport());
    }
}
