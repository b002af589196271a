package io.weir.telemetry.ingest;

import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Party;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From what a sidecar says of an edge to the edge. The end that tells is who it proved to be. The other end is the pod that has
 * the address, unless it proved to be someone else: then its account alone is known.
 */
public final class EdgeResolver {

    private final TrustDomain trustDomain;

    /** @param trustDomain of the mesh: no other's identities count */
    public EdgeResolver(TrustDomain trustDomain) {
        this.trustDomain = trustDomain;
    }

    public Edge resolve(ProxyIdentity teller, Series series, Protocol protocol, Inventory inventory) {
        Identity proven = series.peerId().isEmpty() ? null : trustDomain.identity(series.peerId());
        Party self = self(teller, inventory);
        Party peer = peer(series.peer(), proven, inventory);
        boolean source = series.reporter() == Reporter.SOURCE;
        return new Edge(
                series.reporter(),
                source ? self : peer,
                source ? peer : self,
                service(series.service()),
                cluster(series.cluster()),
                protocol,
                proven != null);
    }

    /**
     * Both ends of what arrived at a sidecar.
     *
     * @param proven whether the source proved who it is, as one of the mesh
     */
    public record Ends(Party source, Party destination, boolean proven) {}

    /**
     * Who is at both ends of what arrived at a sidecar.
     *
     * @param teller the sidecar
     * @param address that it came from
     * @param peerId the SPIFFE ID that the caller proved; empty for none
     */
    public Ends inbound(ProxyIdentity teller, String address, String peerId, Inventory inventory) {
        Identity proven = peerId.isEmpty() ? null : trustDomain.identity(peerId);
        return new Ends(peer(address, proven, inventory), self(teller, inventory), proven != null);
    }

    /** Where its pod isn't known yet, what it proved is. */
    private static Party self(ProxyIdentity teller, Inventory inventory) {
        Party known = inventory.parties().get(teller.workloadKey());
        return known != null
                ? known
                : new Party(teller.namespace(), teller.workload(), teller.serviceAccount(), List.of(), "");
    }

    private static Party peer(String address, @Nullable Identity proven, Inventory inventory) {
        WorkloadKey key = inventory.addresses().get(address);
        Party pod = key == null ? null : inventory.parties().get(key);
        if (pod != null && (proven == null || proven.equals(new Identity(pod.namespace(), pod.serviceAccount())))) {
            return pod;
        }
        return proven == null
                ? Party.UNKNOWN
                : new Party(proven.namespace(), "", proven.serviceAccount(), List.of(), "");
    }

    /** Of {@code outbound/shop/web-v1/8080}, and of {@code direct/...}; null for the app's own and for others. */
    private static @Nullable ServiceKey cluster(String name) {
        int slash = name.indexOf('/');
        String kind = slash < 0 ? "" : name.substring(0, slash);
        return kind.equals("outbound") || kind.equals("direct") ? service(name.substring(slash + 1)) : null;
    }

    /** Of {@code shop/web/8080}. */
    private static @Nullable ServiceKey service(String port) {
        String[] parts = port.split("/", -1);
        return parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty() ? null : new ServiceKey(parts[0], parts[1]);
    }
}
