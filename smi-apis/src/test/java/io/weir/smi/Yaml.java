package io.weir.smi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Objects as tests write them. */
public final class Yaml {

    private static final YAMLMapper MAPPER = YAMLMapper.builder().build();

    private Yaml() {}

    public static ObjectNode object(String yaml) {
        return (ObjectNode) MAPPER.readTree(yaml);
    }

    public static JsonNode resource(String name) {
        try (InputStream in = Yaml.class.getResourceAsStream(name)) {
            return MAPPER.readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An object of this name and version in the namespace {@code shop}, with these fields. */
    public static ObjectNode object(SmiKind kind, String version, String fields) {
        ObjectNode object = head(kind, version);
        object.setAll(object(fields));
        return object;
    }

    /** An object with nothing but its head. */
    public static ObjectNode head(SmiKind kind, String version) {
        return object("""
                apiVersion: %s/%s
                kind: %s
                metadata: {name: x, namespace: shop}
                """.formatted(kind.group(), version, kind.kind()));
    }
}
