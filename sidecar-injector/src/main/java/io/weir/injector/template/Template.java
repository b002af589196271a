package io.weir.injector.template;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A YAML file with holes: {@code ${name}}.
 *
 * @param text of the file
 */
public record Template(String text) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern HOLE = Pattern.compile("\\$\\{([a-z0-9_]+)}");

    /** The file {@code name} beside {@code neighbour} in this program. */
    public static Template beside(Class<?> neighbour, String name) {
        try (InputStream in = Objects.requireNonNull(neighbour.getResourceAsStream(name), name)) {
            return new Template(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(name + " is part of this jar", e);
        }
    }

    /** @param values by the name of their hole: a text, a number, a list or a tree */
    public ObjectNode fill(Map<String, ?> values) {
        // A JSON value is a YAML value whatever is in it.
        String filled = HOLE.matcher(text).replaceAll(hole -> {
            Object value = Objects.requireNonNull(values.get(hole.group(1)), hole.group());
            return Matcher.quoteReplacement(JSON.writeValueAsString(value));
        });
        JsonNode tree = YAML.readTree(filled);
        return (ObjectNode) tree;
    }
}
