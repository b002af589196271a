package io.weir.telemetry.model;

import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.model.Edge.Reporter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which edges are asked for, so that a store far away need not send all of them. What is null is not asked about.
 *
 * @param reporters which end tells
 * @param namespace of the end that tells
 * @param node of the end that tells
 * @param called the service that the source called
 */
public record Scope(
        Set<Reporter> reporters,
        @Nullable String namespace,
        @Nullable String node,
        @Nullable ServiceKey called) {

    /** All edges. */
    public static final Scope EVERYTHING = new Scope(Set.of(Reporter.values()), null, null, null);

    public Scope {
        reporters = Set.copyOf(reporters);
    }
}
