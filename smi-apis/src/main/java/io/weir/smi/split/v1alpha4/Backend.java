package io.weir.smi.split.v1alpha4;

/**
 * A share of a split.
 *
 * @param service a Service in the namespace of the split
 * @param weight at least 0; the share is weight / sum of weights
 */
public record Backend(String service, int weight) {}
