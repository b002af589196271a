package io.weir.controlplane.model;

/**
 * Where every sidecar on one machine listens for a service port, within its own block of addresses.
 *
 * @param offset added to the block's first address; the same for all ports of a service
 * @param port the service port's number, or another where that may not be bound without privileges
 */
public record LoopbackSlot(int offset, int port) {}
