package io.weir.controlplane.model;

/** One port of a Service: what routes, clusters and endpoint lists are keyed by. Port: 1..65535. */
public record ServicePortKey(ServiceKey service, int port, Transport transport) implements Comparable<ServicePortKey> {

    @Override
    @SuppressWarnings("ReferenceEquality") // mostly they are the same
    public int compareTo(ServicePortKey other) {
        // The key of most maps of the mesh: without the calls of a Comparator for each field.
        int order = service == other.service ? 0 : service.compareTo(other.service);
        if (order == 0) {
            order = Integer.compare(port, other.port);
        }
        return order != 0 ? order : transport.compareTo(other.transport);
    }

    /** {@code shop/bookstore/80}, or {@code shop/dns/53/udp}. */
    @Override
    public String toString() {
        return service + "/" + port + (transport == Transport.UDP ? "/udp" : "");
    }
}
