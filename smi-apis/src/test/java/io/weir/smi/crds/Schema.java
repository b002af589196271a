package io.weir.smi.crds;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** As much of a structural schema as the CRDs use; fields it does not name are errors, since the server prunes them. */
record Schema(JsonNode node) {

    List<String> errors(JsonNode value) {
        return errors("", value).toList();
    }

    private Stream<String> errors(String path, JsonNode value) {
        // Beside a type it keeps what the schema does not name, for admission to refuse; nothing valid has such fields.
        if (node.path("x-kubernetes-preserve-unknown-fields").asBoolean(false) && !node.has("type")) {
            return Stream.empty();
        }
        if (node.path("x-kubernetes-int-or-string").asBoolean(false)) {
            boolean good = value.isIntegralNumber()
                    || (value.isString()
                            && Pattern.compile(node.get("pattern").stringValue())
                                    .matcher(value.stringValue())
                                    .matches());
            return good ? Stream.empty() : Stream.of(path + ": neither integer nor quantity");
        }
        String type = node.path("type").asString("none");
        return switch (type) {
            case "object" -> value.isObject() ? object(path, value) : wrong(path, type);
            case "array" -> value.isArray() ? array(path, value) : wrong(path, type);
            case "string" -> value.isString() ? allowed(path, value) : wrong(path, type);
            case "integer" -> value.isIntegralNumber() ? bounded(path, value) : wrong(path, type);
            default -> Stream.of(path + ": the schema has no type");
        };
    }

    private static Stream<String> wrong(String path, String type) {
        return Stream.of(path + ": no " + type);
    }

    private Stream<String> object(String path, JsonNode value) {
        if (path.equals(".metadata")) {
            return Stream.empty();
        }
        List<String> errors = new ArrayList<>();
        node.path("required").forEach(required -> {
            if (!value.has(required.stringValue())) {
                errors.add(path + ": " + required.stringValue() + " is required");
            }
        });
        value.forEachEntry((name, field) -> {
            JsonNode schema = node.path("properties").get(name);
            if (schema == null) {
                errors.add(path + "." + name + ": pruned");
            } else {
                new Schema(schema).errors(path + "." + name, field).forEach(errors::add);
            }
        });
        return errors.stream();
    }

    private Stream<String> array(String path, JsonNode value) {
        return value.valueStream().flatMap(item -> new Schema(node.get("items")).errors(path + "[]", item));
    }

    private Stream<String> allowed(String path, JsonNode value) {
        boolean good = !node.has("enum") || node.get("enum").valueStream().anyMatch(value::equals);
        return good ? Stream.empty() : Stream.of(path + ": not in the enum");
    }

    private Stream<String> bounded(String path, JsonNode value) {
        boolean good = value.longValue() >= node.path("minimum").asLong(Long.MIN_VALUE)
                && value.longValue() <= node.path("maximum").asLong(Long.MAX_VALUE);
        return good ? Stream.empty() : Stream.of(path + ": out of bounds");
    }
}
