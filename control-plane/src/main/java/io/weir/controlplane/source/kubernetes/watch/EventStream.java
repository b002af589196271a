package io.weir.controlplane.source.kubernetes.watch;

import io.weir.controlplane.source.kubernetes.watch.ApiFailure.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.node.ObjectNode;

/** The events of a watch, one after the other. */
final class EventStream implements AutoCloseable {

    private final ResponseBody body;
    private @Nullable MappingIterator<JsonNode> events;

    EventStream(ResponseBody body) {
        this.body = body;
    }

    /** What happened to an object. */
    enum Happening {
        CHANGED,
        DELETED,
        /** Nothing: tells how far the watch has come. */
        BOOKMARK
    }

    /** @param object of any shape, but an object */
    record Event(Happening happening, ObjectNode object) {}

    /**
     * The next event; null after the last one.
     *
     * @throws ApiFailure if the API server ends the watch because of an error, or sends what is no event
     * @throws IOException if the connection breaks or goes silent
     */
    @Nullable
    Event next() throws IOException {
        try {
            MappingIterator<JsonNode> open = events;
            if (open == null) {
                // Reads at once, to tell the encoding.
                open = ApiServer.JSON.readerFor(JsonNode.class).readValues(body);
                events = open;
            }
            return open.hasNextValue() ? event(open.nextValue()) : null;
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException broken) {
                throw broken;
            }
            throw new ApiFailure(Reason.BROKEN, "not the JSON of an event: " + e.getOriginalMessage(), null);
        }
    }

    private static Event event(JsonNode event) throws ApiFailure {
        if (!(event.get("object") instanceof ObjectNode object)) {
            throw new ApiFailure(Reason.BROKEN, "an event without an object", null);
        }
        return switch (event.path("type").asString("")) {
            case "ADDED", "MODIFIED" -> new Event(Happening.CHANGED, object);
            case "DELETED" -> new Event(Happening.DELETED, object);
            case "BOOKMARK" -> new Event(Happening.BOOKMARK, object);
            case "ERROR" -> throw ApiServer.failure(object.path("code").asInt(0), object, null);
            default -> throw new ApiFailure(Reason.BROKEN, "an event of an unknown type", null);
        };
    }

    @Override
    public void close() {
        body.close();
    }
}
