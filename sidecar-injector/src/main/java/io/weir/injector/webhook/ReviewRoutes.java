package io.weir.injector.webhook;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a review, has it answered, writes the answer. Any pod can reach this port, so any request may be hostile: it is
 * read to a bound and in bounded time, answered by few at once, and what is wrong with it is said in a line.
 */
final class ReviewRoutes extends Handler.Abstract {

    private static final Logger log = LoggerFactory.getLogger(ReviewRoutes.class);
    private static final int AT_ONCE = 32;
    private static final long PATIENCE_MILLIS = 3_000;

    private final Map<String, WebhookEndpoint> endpoints;
    private final Map<String, JsonMapper> mappers = new HashMap<>();
    private final Bodies bodies = new Bodies();
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    private record Answer(int status, String type, String body) {

        static Answer text(int status, String body) {
            return new Answer(status, "text/plain; charset=utf-8", body + "\n");
        }
    }

    ReviewRoutes(Map<String, WebhookEndpoint> endpoints) {
        this.endpoints = Map.copyOf(endpoints);
        endpoints.forEach((path, endpoint) -> mappers.put(path, mapper(endpoint)));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Answer answer = answer(request);
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        if (answer.status() != 200) {
            // Who still sends would not read the answer; what is more than is discarded ends with the connection.
            bodies.discard(request);
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        Content.Sink.write(response, true, answer.body(), callback);
        return true;
    }

    private Answer answer(Request request) {
        String path = Request.getPathInContext(request);
        WebhookEndpoint endpoint = endpoints.get(path);
        if (endpoint == null) {
            return Answer.text(404, "nothing here");
        }
        if (!HttpMethod.POST.is(request.getMethod())) {
            return Answer.text(405, "a review is sent by POST");
        }
        if (!isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
            return Answer.text(415, "a review is application/json");
        }
        try (Bodies.Body body = bodies.read(request, endpoint.longest())) {
            return inTurn(endpoint, body, mappers.getOrDefault(path, JsonMapper.shared()));
        } catch (Bodies.Refused e) {
            return Answer.text(e.status(), String.valueOf(e.getMessage()));
        }
    }

    private Answer inTurn(WebhookEndpoint endpoint, Bodies.Body body, JsonMapper json) {
        try {
            if (!turns.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return Answer.text(503, "too many reviews at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.text(503, "ending");
        }
        try {
            return review(endpoint, body, json);
        } finally {
            turns.release();
        }
    }

    private static boolean isJson(@Nullable String type) {
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    private static Answer review(WebhookEndpoint endpoint, Bodies.Body body, JsonMapper json) {
        try {
            JsonNode answer = endpoint.answer(json.readTree(body.bytes()));
            return new Answer(200, "application/json", json.writeValueAsString(answer));
        } catch (JacksonException e) {
            return Answer.text(400, "this is no JSON that a review could be: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            return Answer.text(400, String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError bug) {
            log.error("a review could not be answered", bug);
            return Answer.text(500, "failed; the injector's log has the reason");
        }
    }

    private static JsonMapper mapper(WebhookEndpoint endpoint) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(endpoint.deepest())
                                .maxStringLength(endpoint.longest())
                                .build())
                        .streamWriteConstraints(StreamWriteConstraints.builder()
                                .maxNestingDepth(endpoint.deepest())
                                .build())
                        .build())
                .build();
    }
}
