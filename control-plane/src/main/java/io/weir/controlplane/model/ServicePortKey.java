package io.weir.controlplane.model;

import java.util.Comparator;

/** One port of a Service: what routes, clusters and endpoint lists are keyed by. Port: 1..65535. */
public record ServicePortKey(ServiceKey service, int port, Transport transport) implements Comparable<ServicePortKey> {

    private static final Comparator<ServicePortKey> ORDER = Comparator.comparing(ServicePortKey::service)
            .thenComparingInt(ServicePortKey::port)
            .thenComparing(ServicePortKey::transport);

    @Override
    public int compareTo(ServicePortKey other) {
        return ORDER.compare(this, other);
    }

    /** {@code shop/bookstore/80}, or {@code shop/dns/53/udp}. */
    @Override
    public String toString() {
        return service + "/" + port + (transport == Transport.UDP ? "/udp" : "");
    }
}
