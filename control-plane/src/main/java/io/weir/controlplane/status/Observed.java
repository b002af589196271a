package io.weir.controlplane.status;

import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.source.ClusterState;

/** A mesh at one moment, and how far its proxies are. */
public record Observed(ClusterState state, Built built, Acknowledgements acknowledgements) {}
