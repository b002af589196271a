package io.weir.smi.validate;

import io.weir.smi.Violation;
import io.weir.smi.Violation.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A place in an object, and what stands there.
 *
 * @param path JSON path such as {@code spec.backends[1].weight}; empty: the object itself
 * @param node null where nothing stands there; JSON null counts as nothing, since Kubernetes drops it
 */
record Field(String path, @Nullable JsonNode node) {

    Field {
        node = node == null || node.isNull() || node.isMissingNode() ? null : node;
    }

    boolean isAbsent() {
        return node == null;
    }

    /** The field of this name; absent where this is no object. */
    Field get(String name) {
        return new Field(path.isEmpty() ? name : path + "." + name, node == null ? null : node.get(name));
    }

    /** The entry of a map whose keys may hold dots. */
    Field entry(String key) {
        return new Field(path + "[" + key + "]", node == null ? null : node.get(key));
    }

    /** The elements of a list; none where this is no list. */
    List<Field> items() {
        List<Field> items = new ArrayList<>();
        if (node != null && node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                items.add(new Field(path + "[" + i + "]", node.get(i)));
            }
        }
        return items;
    }

    /** The entries of a map; none where this is no map. */
    List<String> keys() {
        return node != null && node.isObject() ? List.copyOf(node.propertyNames()) : List.of();
    }

    /** The text that stands here; empty where there is none. */
    String text() {
        return node != null && node.isString() ? node.stringValue() : "";
    }

    boolean isText() {
        return node != null && node.isString();
    }

    boolean isNumber() {
        return node != null && node.isNumber();
    }

    Stream<Violation> error(String code, String message, String fix) {
        return Stream.of(new Violation(Severity.ERROR, code, path, message, fix));
    }

    Stream<Violation> warning(String code, String message, String fix) {
        return Stream.of(new Violation(Severity.WARNING, code, path, message, fix));
    }

    Stream<Violation> missing(String fix) {
        return error(Codes.MISSING, "The field is required.", fix);
    }

    /**
     * What is said of fields that this object does not have.
     *
     * @param severity an error where an unknown field may be a misspelt restriction, whose loss would widen
     */
    Stream<Violation> only(Severity severity, List<String> names) {
        return keys().stream()
                .filter(key -> !names.contains(key))
                .map(key -> new Violation(
                        severity,
                        Codes.UNKNOWN_FIELD,
                        get(key).path(),
                        "There is no field \"" + Names.shown(key) + "\" here.",
                        "Remove it, or use one of " + String.join(", ", names) + "."));
    }

    /** The checks of an optional list. */
    Stream<Violation> each(int most, Function<Field, Stream<Violation>> check) {
        if (node == null) {
            return Stream.empty();
        }
        if (!node.isArray()) {
            return error(Codes.TYPE, "This is " + what() + " instead of a list.", "Write a list.");
        }
        if (node.size() > most) {
            return error(
                    Codes.TOO_MANY,
                    "The list has " + node.size() + " entries, more than " + most + ".",
                    "Divide it among several objects.");
        }
        return items().stream().flatMap(check);
    }

    /** The checks of an optional object. */
    Stream<Violation> object(Function<Field, Stream<Violation>> check) {
        if (node == null) {
            return Stream.empty();
        }
        if (!node.isObject()) {
            return error(Codes.TYPE, "This is " + what() + " instead of an object.", "Write fields and values.");
        }
        return check.apply(this);
    }

    /** The checks of an optional text. */
    Stream<Violation> text(Function<Field, Stream<Violation>> check) {
        if (node == null) {
            return Stream.empty();
        }
        if (!node.isString()) {
            return error(
                    Codes.TYPE, "This is " + what() + " instead of a text.", "Write a text, in quotes if need be.");
        }
        return check.apply(this);
    }

    /** The same checks where the field may not be absent. */
    Stream<Violation> required(String fix, Function<Field, Stream<Violation>> check) {
        return node == null ? missing(fix) : check.apply(this);
    }

    private String what() {
        if (node == null) {
            return "nothing";
        }
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL, MISSING -> "nothing";
        };
    }
}
