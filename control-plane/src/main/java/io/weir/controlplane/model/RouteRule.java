package io.weir.controlplane.model;

import java.util.List;

/**
 * Sends the requests that match to backends by weight.
 *
 * @param origin the object that made the rule: a TrafficSplit, or the Service itself
 * @param matches any of them suffices; empty: every request (and every connection or session)
 * @param backends those with a share, in the order they were declared, one per target; empty: nobody answers (503,
 *     or a closed connection)
 */
public record RouteRule(ObjectRef origin, List<RequestMatch> matches, List<WeightedBackend> backends) {

    public RouteRule {
        matches = List.copyOf(matches);
        backends = List.copyOf(backends);
    }
}
