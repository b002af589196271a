package io.weir.injector.webhook;

import tools.jackson.databind.JsonNode;

/** Answers one kind of review. May be called by many threads at once; may block for a moment. */
@FunctionalInterface
public interface WebhookEndpoint {

    /**
     * The review with its response.
     *
     * @throws IllegalArgumentException if it is no review of this kind; the message is told to the caller
     */
    JsonNode answer(JsonNode review);

    /** The longest body that is read, in bytes: the API server's own bound of an object, twice for an update. */
    default int longest() {
        return 6 << 20;
    }

    /** How deep a body may nest. Objects of Kubernetes have some twenty levels. */
    default int deepest() {
        return 500;
    }
}
