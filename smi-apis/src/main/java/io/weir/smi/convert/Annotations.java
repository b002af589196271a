package io.weir.smi.convert;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Annotations of an object whose metadata may be malformed: then nothing is found, and nothing is written. */
final class Annotations {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Annotations() {}

    /** The JSON in an annotation; null where the annotation is absent or holds no JSON. */
    static @Nullable JsonNode read(ObjectNode object, String key) {
        JsonNode annotations = object.path("metadata").path("annotations");
        JsonNode text = annotations.isObject() ? annotations.get(key) : null;
        if (text == null || !text.isString() || text.stringValue().isBlank()) {
            return null;
        }
        try {
            return MAPPER.readTree(text.stringValue());
        } catch (JacksonException notJson) {
            return null;
        }
    }

    static void write(ObjectNode object, String key, JsonNode value) {
        if (!(object.get("metadata") instanceof ObjectNode metadata)) {
            return;
        }
        JsonNode annotations = metadata.get("annotations");
        if (annotations == null || annotations.isNull()) {
            metadata.putObject("annotations").put(key, value.toString());
        } else if (annotations instanceof ObjectNode present) {
            present.put(key, value.toString());
        }
    }

    /** Removes one annotation, and the map with it if that was the last. */
    static void remove(ObjectNode object, String key) {
        if (object.get("metadata") instanceof ObjectNode metadata
                && metadata.get("annotations") instanceof ObjectNode annotations
                && annotations.remove(key) != null
                && annotations.isEmpty()) {
            metadata.remove("annotations");
        }
    }

    /** Equality of content: a number is the same whether it was parsed as an int or as a long. */
    static boolean same(JsonNode one, JsonNode other) {
        return MAPPER.readTree(one.toString()).equals(MAPPER.readTree(other.toString()));
    }
}
