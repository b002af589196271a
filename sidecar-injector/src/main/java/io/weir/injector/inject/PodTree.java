package io.weir.injector.inject;

import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod, or the template of one, as a tree.
 *
 * @param root has {@code metadata} and {@code spec}
 */
record PodTree(ObjectNode root) {

    static final String CONTAINERS = "containers";
    static final String INIT_CONTAINERS = "initContainers";
    static final String VOLUMES = "volumes";

    private static final Set<String> OURS = Set.of(Sidecar.PROXY_CONTAINER, Sidecar.INIT_CONTAINER);

    static PodTree copyOf(ObjectNode pod) {
        return new PodTree(pod.deepCopy());
    }

    JsonNode spec() {
        return root.path("spec");
    }

    /** Entries of a list of the spec that are objects. */
    List<ObjectNode> list(String field) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode entry : spec().path(field)) {
            if (entry instanceof ObjectNode object) {
                found.add(object);
            }
        }
        return found;
    }

    /** The entry of that name, null if there is none. */
    @Nullable
    ObjectNode entry(String field, String name) {
        return list(field).stream()
                .filter(entry -> name(entry).equals(name))
                .findFirst()
                .orElse(null);
    }

    /** All containers, ours too. */
    List<ObjectNode> containers() {
        List<ObjectNode> all = new ArrayList<>(list(INIT_CONTAINERS));
        all.addAll(list(CONTAINERS));
        return all;
    }

    /** The author's containers that run while the pod does: these have probes and take connections. */
    List<ObjectNode> lastingContainers() {
        List<ObjectNode> lasting = new ArrayList<>(list(INIT_CONTAINERS));
        lasting.removeIf(
                container -> !container.path("restartPolicy").asString("").equals("Always"));
        lasting.addAll(list(CONTAINERS));
        lasting.removeIf(container -> OURS.contains(name(container)));
        return lasting;
    }

    static String name(JsonNode entry) {
        return entry.path("name").asString("");
    }

    @Nullable
    String annotation(String key) {
        return text(root.path("metadata").path("annotations").path(key));
    }

    @Nullable
    String label(String key) {
        return text(root.path("metadata").path("labels").path(key));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isValueNode() && !node.isNull() ? node.asString() : null;
    }

    /** @param value null to remove it */
    void annotate(String key, @Nullable String value) {
        if (value != null) {
            object(object(root, "metadata"), "annotations").put(key, value);
        } else if (root.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(key);
        }
    }

    /** A list of the spec, made where it is missing. */
    ArrayNode array(String field) {
        ObjectNode spec = object(root, "spec");
        return spec.path(field) instanceof ArrayNode array ? array : spec.putArray(field);
    }

    /** Removes the entry; and the list, if that leaves it empty. */
    void remove(String field, String name) {
        if (!(root.path("spec") instanceof ObjectNode spec) || !(spec.path(field) instanceof ArrayNode array)) {
            return;
        }
        boolean removed = false;
        for (Iterator<JsonNode> entries = array.iterator(); entries.hasNext(); ) {
            if (name(entries.next()).equals(name)) {
                entries.remove();
                removed = true;
            }
        }
        if (removed && array.isEmpty()) {
            spec.remove(field);
        }
    }

    static ObjectNode object(ObjectNode parent, String field) {
        return parent.path(field) instanceof ObjectNode object ? object : parent.putObject(field);
    }
}
