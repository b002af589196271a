package io.weir.smi;

import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Objects as tests write them. */
public final class Yaml {

    private static final YAMLMapper MAPPER = YAMLMapper.builder().build();

    private Yaml() {}

    public static ObjectNode object(String yaml) {
        return (ObjectNode) MAPPER.readTree(yaml);
    }

    /** The fields of an object with this head, in the namespace {@code shop}. */
    public static ObjectNode object(SmiKind kind, String version, String fields) {
        ObjectNode object = object("""
                apiVersion: %s/%s
                kind: %s
                metadata: {name: x, namespace: shop}
                """.formatted(kind.group(), version, kind.kind()));
        object.setAll(object(fields));
        return object;
    }
}
