package io.weir.controlplane.xds.translate;

import java.util.List;

/**
 * Where a listener takes connections.
 *
 * @param addresses at least one
 */
record Bind(List<String> addresses, int port, Way way) {

    /** How connections come to it. */
    enum Way {
        /** Through a socket of its own. */
        SOCKET,
        /** Another listener took them, and they were meant for this one's address before the kernel redirected them. */
        HANDED_OVER
    }

    Bind {
        addresses = List.copyOf(addresses);
    }

    static Bind socket(String address, int port) {
        return new Bind(List.of(address), port, Way.SOCKET);
    }

    static Bind sockets(List<String> addresses, int port) {
        return new Bind(addresses, port, Way.SOCKET);
    }

    static Bind handedOver(List<String> addresses, int port) {
        return new Bind(addresses, port, Way.HANDED_OVER);
    }
}
