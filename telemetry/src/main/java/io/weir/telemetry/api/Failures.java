package io.weir.telemetry.api;

import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.ResourceKind;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Refusals as Kubernetes' {@code metav1.Status} (requirements 4.5). */
final class Failures {

    private static final long LONGEST_SLEEP_SECONDS = 5;

    private Failures() {}

    static ApiAnswer noSuchPath() {
        return answer(404, "NotFound", "the server could not find the requested resource", object(), none());
    }

    static ApiAnswer noSuchObject(Resource resource) {
        String plural = resource.kind().plural();
        String message = plural + group(resource.kind()) + " \"" + resource.name() + "\" not found";
        ObjectNode details = object().put("name", resource.name()).put("kind", plural);
        return answer(404, "NotFound", message, details, none());
    }

    static ApiAnswer badRequest(String message) {
        return answer(400, "BadRequest", message, object(), none());
    }

    static ApiAnswer methodNotAllowed() {
        return answer(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                object(),
                new TreeMap<>(Map.of("Allow", "GET, HEAD")));
    }

    static ApiAnswer notAcceptable() {
        return answer(
                406,
                "NotAcceptable",
                "only the following media types are accepted: application/json",
                object(),
                none());
    }

    /**
     * In words of the API it may be long until the answer is there; in the header it is never more than five seconds, since
     * kubectl sleeps as long as that says, up to ten times.
     *
     * @param retryAfter told in whole seconds, at least one
     */
    static ApiAnswer unavailable(String message, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.plusSeconds(1).minusNanos(1).toSeconds());
        return answer(
                503,
                "ServiceUnavailable",
                message,
                object().put("retryAfterSeconds", seconds),
                new TreeMap<>(Map.of("Retry-After", Long.toString(Math.min(seconds, LONGEST_SLEEP_SECONDS)))));
    }

    /** @param waited for so long */
    static ApiAnswer timeout(Duration waited) {
        return answer(
                504,
                "Timeout",
                "it was not found out within " + GoDuration.format(waited) + "; a shorter window may be",
                object(),
                none());
    }

    /** Asking again is no use. */
    static ApiAnswer unavailable(String message) {
        return answer(503, "ServiceUnavailable", message, object(), none());
    }

    private static ApiAnswer answer(
            int code, String reason, String message, ObjectNode details, SortedMap<String, String> headers) {
        ObjectNode status = object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", message).put("reason", reason);
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return new ApiAnswer(code, headers, status.put("code", code) + "\n");
    }

    /** The group of the object itself, which is what's missing: {@code .apps}; empty for the core group. */
    private static String group(ResourceKind kind) {
        return switch (kind) {
            case NAMESPACE, NODE, POD, REPLICATION_CONTROLLER, SERVICE -> "";
            case DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET -> ".apps";
            case JOB -> ".batch";
            case TRAFFIC_SPLIT -> ".split.smi-spec.io";
        };
    }

    private static SortedMap<String, String> none() {
        return Collections.emptySortedMap();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
