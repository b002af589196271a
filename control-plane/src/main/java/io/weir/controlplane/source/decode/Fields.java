package io.weir.controlplane.source.decode;

import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.Sorted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of one JSON object, collecting what is wrong instead of throwing; a wrong field reads as absent.
 *
 * @param path of the object itself; empty for a whole document
 * @param findings shared by everything read from one document
 */
public record Fields(ObjectNode node, String path, List<Finding> findings) {

    /** Something wrong with a field. */
    public record Finding(Severity severity, String code, String field, String message, String fix) {}

    public static Fields of(ObjectNode document) {
        return new Fields(document, "", new ArrayList<>());
    }

    public boolean invalid() {
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }

    public String at(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    public void error(String field, String message, String fix) {
        findings.add(new Finding(Severity.ERROR, Codes.BAD_FIELD.code(), at(field), message, fix));
    }

    public void warn(Codes code, String field, String message, String fix) {
        findings.add(new Finding(Severity.WARNING, code.code(), at(field), message, fix));
    }

    private @Nullable JsonNode get(String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }

    public boolean has(String field) {
        return get(field) != null;
    }

    public @Nullable String text(String field) {
        JsonNode value = get(field);
        if (value == null || value.isString()) {
            return value == null ? null : value.stringValue();
        }
        error(field, "must be text, but is " + describe(value) + ".", "Put the value in quotes, or correct it.");
        return null;
    }

    public String text(String field, String otherwise) {
        String value = text(field);
        return value == null ? otherwise : value;
    }

    /** A whole number within bounds; null if absent or wrong. */
    public @Nullable Integer integer(String field, int lowest, int highest) {
        JsonNode value = get(field);
        if (value == null) {
            return null;
        }
        if (value.isIntegralNumber() && value.canConvertToInt()) {
            int number = value.intValue();
            if (number >= lowest && number <= highest) {
                return number;
            }
        }
        error(
                field,
                "must be a whole number from " + lowest + " to " + highest + ", but is " + describe(value) + ".",
                "Write a number in that range, without quotes.");
        return null;
    }

    public @Nullable Integer requiredPort(String field) {
        if (!has(field)) {
            error(field, "is missing.", "Add it: a port number from 1 to 65535.");
            return null;
        }
        return integer(field, 1, 65_535);
    }

    public @Nullable Boolean bool(String field) {
        JsonNode value = get(field);
        if (value == null || value.isBoolean()) {
            return value == null ? null : value.booleanValue();
        }
        error(field, "must be true or false, but is " + describe(value) + ".", "Write true or false, without quotes.");
        return null;
    }

    /** The object in the field; an empty one if absent or wrong. */
    public Fields object(String field) {
        JsonNode value = get(field);
        if (value instanceof ObjectNode object) {
            return new Fields(object, at(field), findings);
        }
        if (value != null) {
            error(field, "must be a mapping, but is " + describe(value) + ".", "Write fields below it, indented.");
        }
        return new Fields(JsonNodeFactory.instance.objectNode(), at(field), findings);
    }

    /** The elements of a list; none if absent or wrong. */
    public List<JsonNode> list(String field) {
        JsonNode value = get(field);
        if (value != null && value.isArray()) {
            List<JsonNode> elements = new ArrayList<>();
            value.forEach(elements::add);
            return elements;
        }
        if (value != null) {
            error(field, "must be a list, but is " + describe(value) + ".", "Start each element with a dash.");
        }
        return List.of();
    }

    /** The elements of a list of mappings; others are reported and skipped. */
    public List<Fields> objects(String field) {
        List<Fields> objects = new ArrayList<>();
        List<JsonNode> elements = list(field);
        for (int i = 0; i < elements.size(); i++) {
            String element = field + "[" + i + "]";
            if (elements.get(i) instanceof ObjectNode object) {
                objects.add(new Fields(object, at(element), findings));
            } else {
                error(element, "must be a mapping, but is " + describe(elements.get(i)) + ".", "Write its fields.");
            }
        }
        return objects;
    }

    public SortedMap<String, String> textMap(String field) {
        TreeMap<String, String> map = new TreeMap<>();
        Fields object = object(field);
        for (Map.Entry<String, JsonNode> entry : object.node.properties()) {
            String value = object.text(entry.getKey());
            if (value != null) {
                map.put(entry.getKey(), value);
            }
        }
        return Sorted.map(map);
    }

    /** Like {@link #textMap}, taking numbers and booleans as they are written. */
    public void scalars(BiConsumer<String, String> entries) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            JsonNode value = entry.getValue();
            if (value.isValueNode() && !value.isNull()) {
                entries.accept(entry.getKey(), value.asString());
            } else {
                error(entry.getKey(), "must be text, but is " + describe(value) + ".", "Write one value.");
            }
        }
    }

    /** Every other field is an error: in a kind of ours a typing mistake must not pass silently. */
    public void only(String... known) {
        for (String field : new TreeSet<>(node.propertyNames())) {
            if (!List.of(known).contains(field)) {
                String near = Suggest.nearest(field, List.of(known));
                findings.add(new Finding(
                        Severity.ERROR,
                        Codes.UNKNOWN_FIELD.code(),
                        at(field),
                        "is not a field here.",
                        near == null
                                ? "Remove it; the fields are " + String.join(", ", known) + "."
                                : "Did you mean '" + near + "'?"));
            }
        }
    }

    public static String describe(JsonNode value) {
        if (value.isObject()) {
            return "a mapping";
        }
        if (value.isArray()) {
            return "a list";
        }
        return value.isString() ? "'" + Suggest.shorten(value.stringValue()) + "'" : Suggest.shorten(value.asString());
    }
}
