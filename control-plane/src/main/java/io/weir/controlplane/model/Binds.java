package io.weir.controlplane.model;

/**
 * Where a sidecar listens for what its own app calls. Sealed: a cluster redirects to the services' real addresses
 * and needs no address of the proxy's own; on one machine every sidecar has loopback addresses of its own.
 */
public sealed interface Binds {

    /**
     * Loopback addresses of one sidecar among many on one machine. For a service port the sidecar listens at address
     * {@code block + slot.offset} and port {@code slot.port}, with the {@link LoopbackSlot} of the model.
     *
     * @param address the sidecar's own address: inbound bind and source of its upstream connections
     * @param httpProxyPort the port at {@code address} of its forward proxy for HTTP
     * @param block the first IPv4 address of the sidecar's block of per-service addresses, as a number
     */
    record Loopback(String address, int httpProxyPort, int block) implements Binds {}
}
