package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.Layer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that differ between two layers, computed once for each pair of layers of one change of the world. Used by
 * one thread.
 */
final class LayerDiffs {

    /** A Layer has no equals of its own, so a pair is equal to itself by the identity of its layers. */
    private record Pair(Layer before, Layer after) {}

    private final Map<Pair, List<String>> computed = new HashMap<>();

    List<String> names(Layer before, Layer after) {
        return before == after
                ? List.of()
                : computed.computeIfAbsent(new Pair(before, after), pair -> pair.before.differing(pair.after));
    }
}
