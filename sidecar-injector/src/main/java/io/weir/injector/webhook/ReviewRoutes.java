package io.weir.injector.webhook;

import java.io.IOException;
import java.io.InputStream;
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
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a review, has it answered, writes the answer. Any pod can reach this port, so any request may be hostile: it is
 * read to a bound, by a bounded number of readers, and what is wrong with it is said in a line.
 */
final class ReviewRoutes extends Handler.Abstract {

    /** As the API server's own requests: an object has 3 MiB at most, and an update carries two. */
    static final int LONGEST = 6 << 20;

    private static final Logger log = LoggerFactory.getLogger(ReviewRoutes.class);
    private static final int DEEPEST = 200;
    private static final int AT_ONCE = 32;
    private static final long PATIENCE_MILLIS = 3_000;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(LONGEST)
                            .build())
                    .build())
            .build();

    private final Map<String, WebhookEndpoint> endpoints;
    private final Semaphore readers = new Semaphore(AT_ONCE, true);

    private record Answer(int status, String type, String body) {

        static Answer text(int status, String body) {
            return new Answer(status, "text/plain; charset=utf-8", body + "\n");
        }
    }

    ReviewRoutes(Map<String, WebhookEndpoint> endpoints) {
        this.endpoints = Map.copyOf(endpoints);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Answer answer = answer(request);
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        Content.Sink.write(response, true, answer.body(), callback);
        return true;
    }

    private Answer answer(Request request) {
        WebhookEndpoint endpoint = endpoints.get(Request.getPathInContext(request));
        if (endpoint == null) {
            return Answer.text(404, "nothing here");
        }
        if (!HttpMethod.POST.is(request.getMethod())) {
            return Answer.text(405, "a review is sent by POST");
        }
        if (!isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
            return Answer.text(415, "a review is application/json");
        }
        if (request.getLength() > LONGEST) {
            return tooLong();
        }
        try {
            if (!readers.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return Answer.text(503, "too many reviews at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.text(503, "ending");
        }
        try {
            return review(request, endpoint);
        } finally {
            readers.release();
        }
    }

    private static boolean isJson(@Nullable String type) {
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    private static Answer tooLong() {
        return Answer.text(413, "a review has " + LONGEST + " bytes at most");
    }

    private static Answer review(Request request, WebhookEndpoint endpoint) {
        try (InputStream body = Content.Source.asInputStream(request)) {
            byte[] bytes = body.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                return tooLong();
            }
            JsonNode answer = endpoint.answer(JSON.readTree(bytes));
            return new Answer(200, "application/json", JSON.writeValueAsString(answer));
        } catch (JacksonException e) {
            return Answer.text(400, "this is no JSON that a review could be: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            return Answer.text(400, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Answer.text(400, "the review did not come whole");
        } catch (RuntimeException bug) {
            log.error("a review could not be answered", bug);
            return Answer.text(500, "failed; the injector's log has the reason");
        }
    }
}
