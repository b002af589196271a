package io.weir.controlplane.model;

/**
 * What a port speaks, as far as routing and policy are concerned (S48). HTTP covers HTTP/1, HTTP/2 and gRPC: the
 * version is taken from the connection, never from the port.
 */
public enum AppProtocol {
    HTTP,
    TCP,
    UDP;

    /** The transport that carries this protocol. */
    public Transport transport() {
        return this == UDP ? Transport.UDP : Transport.TCP;
    }
}
