package io.weir.injector.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** AdmissionReviews of {@code admission.k8s.io/v1}. */
final class AdmissionReviews {

    private static final String API_VERSION = "admission.k8s.io/v1";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private AdmissionReviews() {}

    /**
     * The request of a review.
     *
     * @throws IllegalArgumentException if this is no review that the API server would send
     */
    static JsonNode request(JsonNode review) {
        JsonNode request = review.path("request");
        if (!review.path("apiVersion").asString("").equals(API_VERSION)
                || !review.path("kind").asString("").equals("AdmissionReview")
                || request.path("uid").asString("").isEmpty()) {
            throw new IllegalArgumentException("This is no AdmissionReview of " + API_VERSION + ".");
        }
        return request;
    }

    static JsonNode allowed(JsonNode request) {
        return review(request, true, JSON.objectNode());
    }

    /** @param patch a JSON patch; empty where nothing changes */
    static JsonNode patched(JsonNode request, JsonNode patch) {
        if (patch.isEmpty()) {
            return allowed(request);
        }
        String encoded = Base64.getEncoder().encodeToString(patch.toString().getBytes(StandardCharsets.UTF_8));
        return review(
                request, true, JSON.objectNode().put("patchType", "JSONPatch").put("patch", encoded));
    }

    static JsonNode denied(JsonNode request, int code, String reason, String message) {
        ObjectNode response = JSON.objectNode();
        response.putObject("status")
                .put("status", "Failure")
                .put("code", code)
                .put("reason", reason)
                .put("message", message);
        return review(request, false, response);
    }

    private static JsonNode review(JsonNode request, boolean allowed, ObjectNode response) {
        ObjectNode answer = JSON.objectNode().put("apiVersion", API_VERSION).put("kind", "AdmissionReview");
        response.put("uid", request.path("uid").asString()).put("allowed", allowed);
        return answer.set("response", response);
    }
}
