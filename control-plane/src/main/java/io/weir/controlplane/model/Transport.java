package io.weir.controlplane.model;

/** The L4 protocol of a port; a Service may have the same number once for each. */
public enum Transport {
    TCP,
    UDP
}
