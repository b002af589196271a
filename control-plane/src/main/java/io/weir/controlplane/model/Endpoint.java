package io.weir.controlplane.model;

import java.util.Comparator;

/**
 * A ready address behind a service port.
 *
 * @param mtls whether a sidecar answers there (mTLS) or the app itself (plaintext)
 */
public record Endpoint(String address, int port, boolean mtls) implements Comparable<Endpoint> {

    private static final Comparator<Endpoint> ORDER = Comparator.comparing(Endpoint::address)
            .thenComparingInt(Endpoint::port)
            .thenComparing(Endpoint::mtls);

    @Override
    public int compareTo(Endpoint other) {
        return ORDER.compare(this, other);
    }
}
