package io.weir.controlplane.model;

/**
 * A port on which the app of a workload listens.
 *
 * @param port the workload's port number, which policies speak of (S17)
 * @param protocol from the Services that target it; else from its own name (S48)
 * @param appAddress where the app itself listens, as an IP address
 * @param appPort the port there
 * @param bindAddress where the sidecar listens for it; where the kernel redirects, where callers believe to reach it
 * @param bindPort the port there; differs from {@code port} where that number may not be bound, and for redirected UDP
 */
public record WorkloadPort(
        int port, AppProtocol protocol, String appAddress, int appPort, String bindAddress, int bindPort) {}
