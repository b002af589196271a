package io.weir.controlplane.model;

/** How much of a path a {@code pathRegex} must match (S24). */
public enum PathMatch {
    /** The start, as SMI says: {@code /api} accepts {@code /api/users}. */
    PREFIX,
    /** All of it, for manifests that were written for a mesh which read them so. */
    FULL
}
