package io.weir.controlplane.model;

/** A service port and its share: weight divided by the sum of the rule's weights. Weight: 1..2^31-1. */
public record WeightedBackend(ServicePortKey target, int weight) {}
