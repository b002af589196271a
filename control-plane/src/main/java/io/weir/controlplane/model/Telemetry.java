package io.weir.controlplane.model;

/** What a sidecar tells of the traffic that it sees. */
public enum Telemetry {
    /** It counts requests and connections by where they come from and go to, and reports what it denies. */
    EDGES,
    /** It reports what it denies; its Envoy is too old to count. */
    DENIALS,
    /** Nothing: the mesh wants none. */
    UNAVAILABLE
}
