package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.ObjectRef;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Objects as people know them, for tests to decode. */
final class Yaml {

    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private Yaml() {}

    static ObjectNode object(String text) {
        return (ObjectNode) YAML.readTree(text);
    }

    static Held held(Kind kind, String text) {
        return held(kind, text, null);
    }

    static Held held(Kind kind, String text, Held before) {
        ObjectNode object = object(text);
        return KindDecoder.decode(kind, ref(kind, object), object, before);
    }

    private static ObjectRef ref(Kind kind, ObjectNode object) {
        return new ObjectRef(
                kind.objectKind(),
                object.path("metadata").path("namespace").asString(""),
                object.path("metadata").path("name").asString("?"));
    }
}
