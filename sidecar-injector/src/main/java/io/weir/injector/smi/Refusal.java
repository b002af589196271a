package io.weir.injector.smi;

import io.weir.smi.SmiKind;
import io.weir.smi.Violation;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Violations in the words of the API server's answer. */
final class Refusal {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int UNPROCESSABLE = 422;

    /** An object may have thousands; who reads them mends one after the other. */
    private static final int MOST_ERRORS = 20;

    private Refusal() {}

    /**
     * The Status of a refusal. Its message names the object and then has a line for each error; {@code kubectl create}
     * and {@code replace} print the causes instead, which say the same.
     */
    static ObjectNode status(ObjectNode object, List<Violation> errors) {
        String kind = Trees.text(object, "kind");
        String name = Trees.text(object.path("metadata"), "name");
        List<String> lines = new ArrayList<>();
        lines.add(kind + " " + Trees.text(object.path("metadata"), "namespace") + "/" + name + " ("
                + Trees.text(object, "apiVersion") + ") is invalid:");
        lines.addAll(firstOf(errors.stream().map(Refusal::line).toList(), MOST_ERRORS));
        ObjectNode status = JSON.objectNode()
                .put("status", "Failure")
                .put("code", UNPROCESSABLE)
                .put("reason", "Invalid")
                .put("message", String.join("\n  ", lines));
        SmiKind known = SmiKind.ofAnyVersion(Trees.text(object, "apiVersion"), kind);
        ObjectNode details = status.putObject("details").put("kind", kind).put("name", name);
        if (known != null) {
            details.put("group", known.group());
        }
        ArrayNode causes = details.putArray("causes");
        errors.stream()
                .limit(MOST_ERRORS)
                .forEach(error -> causes.addObject()
                        .put("reason", "FieldValueInvalid")
                        .put("field", error.field())
                        .put("message", error.message() + " Fix: " + error.fix() + " [" + error.code() + "]"));
        return status;
    }

    /** {@code spec.backends[0].weight: A weight can't be negative. Fix: Use 0 for no traffic. [WEIR109]}. */
    static String line(Violation violation) {
        return violation.field() + ": " + violation.message() + " Fix: " + violation.fix() + " [" + violation.code()
                + "]";
    }

    static List<String> firstOf(List<String> lines, int most) {
        if (lines.size() <= most) {
            return lines;
        }
        List<String> first = new ArrayList<>(lines.subList(0, most));
        first.add("and " + (lines.size() - most) + " more");
        return first;
    }

    static ArrayNode texts(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }
}
