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
}
