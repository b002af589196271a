package io.weir.controlplane.policy;

import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much of the mesh a caller is told. Where all that it gets is a refusal, it is told so little that it asks when it calls: this saves
 * what it would never use, and changes no answer.
 *
 * @param beyond the service ports of which it is told least, with their Services' virtual addresses
 */
public record Scope(SortedMap<ServicePortKey, List<String>> beyond) {

    /** The whole mesh. */
    public static final Scope WHOLE = new Scope(new TreeMap<>());

    public Scope {
        beyond = Sorted.map(beyond);
    }
}
