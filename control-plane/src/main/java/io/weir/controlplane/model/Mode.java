package io.weir.controlplane.model;

/** How a workload treats callers that no TrafficTarget speaks of (S1). */
public enum Mode {
    /** Only what is granted passes; plaintext callers are refused. */
    DENY,
    /** Everything passes, plaintext too; grants are ignored, splits still hold. */
    PERMISSIVE
}
