package io.weir.telemetry.apiserver;

import io.weir.telemetry.api.ApiAnswer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Why there is no answer, as a {@code Status} object in the words of an API server. */
final class Refusals {

    private Refusals() {}

    static ApiAnswer unauthorized() {
        return status(401, "Unauthorized", "Unauthorized");
    }

    static ApiAnswer methodNotAllowed() {
        return status(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    static ApiAnswer undecided() {
        ApiAnswer answer = status(503, "ServiceUnavailable", "whether you may do this can't be found out now");
        return new ApiAnswer(answer.status(), new TreeMap<>(Map.of("Retry-After", "1")), answer.body());
    }

    static ApiAnswer broken() {
        return status(500, "InternalError", "failed; the log of weir telemetry has the reason");
    }

    static ApiAnswer forbidden(Caller caller, ReviewedAction action) {
        return status(
                403,
                "Forbidden",
                switch (action) {
                    case ReviewedAction.OnPath(String verb, String path) ->
                        "forbidden: User \"%s\" cannot %s path \"%s\"".formatted(caller.name(), verb, path);
                    case ReviewedAction.OnResource on -> forbidden(caller, on);
                });
    }

    private static String forbidden(Caller caller, ReviewedAction.OnResource on) {
        String what = on.subresource().isEmpty() ? on.resource() : on.resource() + "/" + on.subresource();
        String which = on.name().isEmpty() ? "" : " \"" + on.name() + "\"";
        String where =
                on.namespace().isEmpty() ? "at the cluster scope" : "in the namespace \"" + on.namespace() + "\"";
        return "%s.%s%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s"
                .formatted(on.resource(), on.group(), which, caller.name(), on.verb(), what, on.group(), where);
    }

    private static ApiAnswer status(int code, String reason, String message) {
        ObjectNode status =
                JsonNodeFactory.instance.objectNode().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure")
                .put("message", message)
                .put("reason", reason)
                .put("code", code);
        return new ApiAnswer(code, Collections.emptySortedMap(), status + "\n");
    }
}
