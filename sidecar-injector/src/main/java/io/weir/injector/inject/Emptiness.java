package io.weir.injector.inject;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lists and mappings that a pod's author wrote without anything in them. Charts do; once injection has filled one, nobody
 * could tell it from one that was absent.
 */
final class Emptiness {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> FILLED =
            List.of("/metadata", "/metadata/annotations", "/spec/initContainers", "/spec/volumes");
    private static final Map<String, JsonNode> EMPTY =
            Map.of("null", NODES.nullNode(), "[]", NODES.arrayNode(), "{}", NODES.objectNode());

    private Emptiness() {}

    /** @param original where to write down what is empty */
    static void note(PodTree plain, SortedMap<String, String> original) {
        for (String pointer : FILLED) {
            JsonNode node = plain.root().at(pointer);
            if (node.isNull() || (node.isContainer() && node.isEmpty())) {
                original.put(pointer, node.toString());
            }
        }
    }

    /** Puts back what is missing now, in place. */
    static void restore(PodTree pod, SortedMap<String, String> original) {
        for (String pointer : FILLED) {
            JsonNode empty = EMPTY.get(original.getOrDefault(pointer, ""));
            if (empty != null && pod.root().at(pointer).isMissingNode()) {
                int slash = pointer.lastIndexOf('/');
                ObjectNode parent = slash == 0 ? pod.root() : PodTree.object(pod.root(), pointer.substring(1, slash));
                parent.set(pointer.substring(slash + 1), empty.deepCopy());
            }
        }
    }
}
