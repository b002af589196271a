package io.weir.controlplane.model;

/**
 * A port on which the app of a workload listens.
 *
 * @param port the workload's port number, which policies speak of (S17)
 * @param protocol from the Services that target it; else from its own name (S48)
 * @param appAddress where the app itself listens, as an IP address
 * @param appPort the port there
 * @param bindAddress where the sidecar listens for it
 * @param bindPort the port there; differs from {@code port} only where that number may not be bound
 */
public record WorkloadPort(
        int port, AppProtocol protocol, String appAddress, int appPort, String bindAddress, int bindPort) {}
