package io.weir.controlplane.model;

/** Who makes the key of the certificate that a sidecar shows other sidecars. */
public enum KeySource {
    /** The control plane, which sends key and certificate to the sidecar. */
    CONTROL_PLANE,
    /** The pod's node: it is the key of its pod certificate, a file beside the sidecar, and never sent. */
    NODE
}
