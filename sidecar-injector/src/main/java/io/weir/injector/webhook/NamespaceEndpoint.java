package io.weir.injector.webhook;

import io.weir.injector.inject.NamespaceLabel;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /namespaces}: copies a namespace's annotation to the label by which the API server chooses what it asks about. */
public final class NamespaceEndpoint implements WebhookEndpoint {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public JsonNode answer(JsonNode review) {
        JsonNode request = AdmissionReviews.request(review);
        if (!(request.get("object") instanceof ObjectNode namespace)
                || !request.path("subResource").asString("").isEmpty()) {
            return AdmissionReviews.allowed(request);
        }
        JsonNode labels = namespace.path("metadata").path("labels");
        return AdmissionReviews.patched(
                request,
                switch (NamespaceLabel.of(namespace, request.path("oldObject"))) {
                    case NamespaceLabel.Keep _ -> JSON.arrayNode();
                    case NamespaceLabel.Remove _ ->
                        JSON.arrayNode()
                                .add(JSON.objectNode().put("op", "remove").put("path", NamespaceLabel.POINTER));
                    case NamespaceLabel.Put(String value) ->
                        labels.isObject()
                                ? JSON.arrayNode().add(put(NamespaceLabel.POINTER, JSON.stringNode(value)))
                                : JSON.arrayNode()
                                        .add(put(
                                                "/metadata/labels",
                                                JSON.objectNode().put(NamespaceLabel.KEY, value)));
                });
    }

    private static ObjectNode put(String path, JsonNode value) {
        return JSON.objectNode().put("op", "add").put("path", path).set("value", value);
    }
}
