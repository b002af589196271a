package io.weir.controlplane.model;

/** What a sidecar can count for telemetry. */
public enum Telemetry {
    /** Requests and connections by where they come from and go to. */
    EDGES,
    /** Nothing of that: its Envoy is too old, or the mesh wants none. */
    UNAVAILABLE
}
