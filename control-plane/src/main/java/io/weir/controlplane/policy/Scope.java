package io.weir.controlplane.policy;

import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import java.util.Collections;
import java.util.SortedSet;

/**
 * How much of the mesh a caller is told. Where all that it gets is a refusal, it is told so little that it asks when it calls: this saves
 * what it would never use, and changes no answer.
 *
 * @param beyond the service ports of which it is told nothing but their addresses
 */
public record Scope(SortedSet<ServicePortKey> beyond) {

    /** The whole mesh. */
    public static final Scope WHOLE = new Scope(Collections.emptySortedSet());

    public Scope {
        beyond = Sorted.set(beyond);
    }
}
