package io.weir.controlplane.reference;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServiceKey;
import java.util.Map;
import java.util.Set;

/**
 * What a call should meet.
 *
 * @param shares of the backends that take part, adding up to 1; empty: nobody answers
 * @param served for each of those backends, who is ready behind it and whether it lets the call pass
 */
public record Outcome(Map<ServiceKey, Double> shares, Map<ServiceKey, Set<Served>> served) {

    public Outcome {
        shares = Map.copyOf(shares);
        served = Map.copyOf(served);
    }

    /** An account behind a backend. */
    public record Served(Identity account, boolean allowed) {}
}
