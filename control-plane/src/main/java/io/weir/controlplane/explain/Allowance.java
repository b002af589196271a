package io.weir.controlplane.explain;

import io.weir.controlplane.model.ObjectRef;

/**
 * What lets a request pass.
 *
 * @param origin the TrafficTarget
 * @param rule the match of it that holds: {@code HTTPRouteGroup shop/api#metrics}, or {@code TCP ports 8080}
 */
public record Allowance(ObjectRef origin, String rule) {}
