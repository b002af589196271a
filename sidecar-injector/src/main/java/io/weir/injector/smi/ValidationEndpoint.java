package io.weir.injector.smi;

import io.weir.injector.webhook.WebhookEndpoint;
import io.weir.smi.SmiKind;
import io.weir.smi.Violation;
import io.weir.smi.Violation.Severity;
import io.weir.smi.convert.Conversion;
import io.weir.smi.validate.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers an AdmissionReview of {@code admission.k8s.io/v1} about an SMI object.
 *
 * <p>What has errors is refused. Who updates an object that had them already, and leaves its content alone, is let
 * through: else nobody could remove a finalizer or a label from what was stored before Weir came.
 */
public final class ValidationEndpoint implements WebhookEndpoint {

    private static final String API_VERSION = "admission.k8s.io/v1";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Kubernetes may cut warnings above 256 characters, and drops them above 4096 together. */
    private static final int MOST_WARNINGS = 15;

    private final NamespaceModes modes;

    public ValidationEndpoint(NamespaceModes modes) {
        this.modes = modes;
    }

    @Override
    public JsonNode answer(JsonNode review) {
        JsonNode request = review.path("request");
        String uid = Trees.text(request, "uid");
        if (!Trees.text(review, "apiVersion").equals(API_VERSION)
                || !Trees.text(review, "kind").equals("AdmissionReview")
                || uid.isEmpty()) {
            throw new IllegalArgumentException("This is no AdmissionReview of " + API_VERSION + ".");
        }
        ObjectNode answer = JSON.objectNode().put("apiVersion", API_VERSION).put("kind", "AdmissionReview");
        answer.set("response", response(request).put("uid", uid));
        return answer;
    }

    private ObjectNode response(JsonNode request) {
        String operation = Trees.text(request, "operation");
        boolean written = operation.equals("CREATE") || operation.equals("UPDATE");
        if (!written || !Trees.text(request, "subResource").isEmpty()) {
            return allowed(List.of());
        }
        if (!(request.get("object") instanceof ObjectNode given)) {
            throw new IllegalArgumentException("The review has no object.");
        }
        ObjectNode object = named(given, request);
        if (SmiKind.ofAnyVersion(Trees.text(object, "apiVersion"), Trees.text(object, "kind")) == null) {
            // Another kind in SMI's groups, such as IdentityBinding of another mesh: nothing that Weir acts on.
            return allowed(List.of());
        }
        List<Violation> violations = Validation.validate(object);
        boolean untouched = operation.equals("UPDATE") && content(object).equals(content(request.path("oldObject")));
        List<Violation> errors = violations.stream()
                .filter(violation -> violation.severity() == Severity.ERROR)
                .toList();
        if (!errors.isEmpty() && !untouched) {
            return denied(object, errors);
        }
        List<String> warnings = new ArrayList<>();
        violations.stream().map(Refusal::line).forEach(warnings::add);
        if (errors.isEmpty()) {
            warnings.addAll(notEnforced(object));
        }
        return allowed(warnings);
    }

    /** What only the request says: the namespace, and that a name will be made. */
    private static ObjectNode named(ObjectNode object, JsonNode request) {
        ObjectNode named = object.deepCopy();
        if (named.get("metadata") instanceof ObjectNode metadata) {
            String namespace = Trees.text(request, "namespace");
            if (!namespace.isEmpty()) {
                metadata.put("namespace", namespace);
            }
            String prefix = Trees.text(metadata, "generateName");
            if (!prefix.isEmpty() && Trees.text(metadata, "name").isEmpty()) {
                metadata.put("name", prefix + "x");
            }
        }
        return named;
    }

    /** All that the mesh acts on: not the metadata, but for the annotations of conversion, and not the status. */
    private static JsonNode content(JsonNode object) {
        if (!(object instanceof ObjectNode fields)) {
            return JSON.nullNode();
        }
        ObjectNode content = fields.deepCopy();
        content.remove(List.of("metadata", "status"));
        Map<String, JsonNode> converted = new TreeMap<>();
        fields.path("metadata").path("annotations").forEachEntry((key, value) -> {
            if (key.startsWith(Conversion.DOMAIN)) {
                converted.put(key, value);
            }
        });
        return content.set("metadata", JSON.objectNode().setAll(converted));
    }

    private List<String> notEnforced(ObjectNode object) {
        String namespace = Trees.text(object.path("metadata"), "namespace");
        return Trees.text(object, "kind").equals(SmiKind.TRAFFIC_TARGET.kind()) && modes.permissive(namespace)
                ? List.of("not enforced: namespace " + namespace
                        + " is permissive, so everybody may call; label it weir.io/mode=deny to enforce TrafficTargets")
                : List.of();
    }

    private static ObjectNode allowed(List<String> warnings) {
        ObjectNode response = JSON.objectNode().put("allowed", true);
        if (!warnings.isEmpty()) {
            response.set("warnings", Refusal.texts(Refusal.firstOf(warnings, MOST_WARNINGS)));
        }
        return response;
    }

    private static ObjectNode denied(ObjectNode object, List<Violation> errors) {
        ObjectNode response = JSON.objectNode().put("allowed", false);
        response.set("status", Refusal.status(object, errors));
        return response;
    }
}
