package io.weir.controlplane.source.kubernetes.watch;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.weir.controlplane.source.kubernetes.watch.ApiFailure.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The API server's list and watch, over the client library's connections, credentials and TLS. */
public final class ApiServer {

    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST_EXPLANATION = 4096;

    private final HttpClient http;
    private final String root;
    private final WatchOptions options;

    private ApiServer(HttpClient http, String root, WatchOptions options) {
        this.http = http;
        this.root = root;
        this.options = options;
    }

    /**
     * The client must outlive what this is given to.
     *
     * @throws IllegalArgumentException if the client may use HTTP/2: the JDK's would send every request over one connection
     *     and, having no ping, go on doing so when that is dead
     */
    public static ApiServer of(KubernetesClient client, WatchOptions options) {
        if (!client.getConfiguration().isHttp2Disable()) {
            throw new IllegalArgumentException("the client must be made with http2Disable");
        }
        // A retry inside the client would hide how the connection stands, and has no spread.
        RequestConfig once = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .build();
        HttpClient http = client.getHttpClient().newBuilder().tag(once).build();
        String url = client.getMasterUrl().toString();
        // Behind some gateways the API has a path of its own.
        return new ApiServer(http, url.endsWith("/") ? url.substring(0, url.length() - 1) : url, options);
    }

    /** The same server for who rather asks again than waits: one attempt, and soon an answer. */
    public static KubernetesClient once(KubernetesClient client, Duration patience) {
        RequestConfig once = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout((int) patience.toMillis())
                .build();
        return client.newClient(once).adapt(KubernetesClient.class);
    }

    WatchOptions options() {
        return options;
    }

    /**
     * A part of a list.
     *
     * @param next to be given for the part after it; null for the last one
     */
    record Page(String resourceVersion, @Nullable String next) {}

    /**
     * Reads a page of a list, an item at a time, so that no more than one is held as a tree.
     *
     * @param from null for the first page
     * @param items may be told of items of any shape
     */
    Page list(Resource resource, @Nullable String from, Consumer<JsonNode> items) throws IOException {
        Map<String, String> query = new TreeMap<>();
        query.put("limit", Integer.toString(options.page()));
        if (from != null) {
            query.put("continue", from);
        }
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        try (ResponseBody body = get(resource, query, "List", deadline);
                JsonParser parser = JSON.createParser(body)) {
            return page(parser, items);
        } catch (JacksonException e) {
            throw new IOException("the list broke off: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * How reading a kind once went.
     *
     * @param words the API server's, where it did not give the objects; empty where it did
     */
    public record Reading(Outcome outcome, String words) {

        /** What the API server answered. */
        public enum Outcome {
            COMPLETE,
            /** It serves no such kind. */
            ABSENT,
            /** This account may not read it. */
            REFUSED
        }
    }

    /**
     * Reads a kind once, all of it or nothing.
     *
     * @param objects is given each object
     * @throws IOException if the API server is away, or says nothing that can be understood
     */
    public Reading read(Resource resource, Consumer<ObjectNode> objects) throws IOException {
        List<ObjectNode> found = new ArrayList<>();
        try {
            String next = null;
            do {
                next = list(resource, next, item -> {
                            if (item instanceof ObjectNode object) {
                                found.add(object);
                            }
                        })
                        .next();
            } while (next != null);
        } catch (ApiFailure e) {
            String words = String.valueOf(e.getMessage());
            return switch (e.reason()) {
                case MISSING -> new Reading(Reading.Outcome.ABSENT, words);
                case REFUSED -> new Reading(Reading.Outcome.REFUSED, words);
                case GONE, BUSY, BROKEN -> throw e;
            };
        }
        found.forEach(objects);
        return new Reading(Reading.Outcome.COMPLETE, "");
    }

    private static Page page(JsonParser parser, Consumer<JsonNode> items) throws ApiFailure {
        JsonNode metadata = JSON.createObjectNode();
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new ApiFailure(Reason.BROKEN, "the answer is no list", null);
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("metadata")) {
                metadata = parser.readValueAsTree();
            } else if (field.equals("items") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.accept(parser.readValueAsTree());
                }
            } else {
                parser.skipChildren();
            }
        }
        String version = metadata.path("resourceVersion").asString("");
        if (version.isEmpty()) {
            throw new ApiFailure(Reason.BROKEN, "the list has no resourceVersion", null);
        }
        String next = metadata.path("continue").asString("");
        return new Page(version, next.isEmpty() ? null : next);
    }

    /** Opens a watch that the API server ends after about {@link WatchOptions#watch}. */
    EventStream watch(Resource resource, String resourceVersion, Duration length) throws IOException {
        Map<String, String> query = new TreeMap<>();
        query.put("watch", "true");
        query.put("allowWatchBookmarks", "true");
        query.put("resourceVersion", resourceVersion);
        query.put("timeoutSeconds", Long.toString(Math.max(1, length.toSeconds())));
        long deadline = System.nanoTime() + length.plus(options.grace()).toNanos();
        return new EventStream(get(resource, query, "", deadline));
    }

    private ResponseBody get(Resource resource, Map<String, String> query, String suffix, long deadline)
            throws IOException {
        if (resource.selector() != null) {
            query.put("fieldSelector", resource.selector());
        }
        StringBuilder uri = new StringBuilder(root).append(resource.path());
        query.forEach((key, value) -> uri.append(uri.indexOf("?") < 0 ? '?' : '&')
                .append(key)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(uri.toString())
                .header("Accept", accept(resource, suffix))
                .timeout(options.answer().toMillis(), TimeUnit.MILLISECONDS)
                .build();
        ResponseBody body = new ResponseBody(deadline);
        HttpResponse<AsyncBody> response = await(http.consumeBytes(request, (bytes, _) -> body.arrived(bytes)));
        body.open(response.body());
        if (response.code() != 200) {
            try (body) {
                throw failure(response, body);
            }
        }
        return body;
    }

    private static String accept(Resource resource, String suffix) {
        return switch (resource.extent()) {
            case WHOLE -> "application/json";
            case METADATA ->
                "application/json;as=PartialObjectMetadata" + suffix + ";g=meta.k8s.io;v=v1,application/json";
        };
    }

    private HttpResponse<AsyncBody> await(CompletableFuture<HttpResponse<AsyncBody>> answer) throws IOException {
        try {
            // The client has the same limit; that it keeps it must not be a matter of trust.
            return answer.get(options.answer().toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("ended by its reader");
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer in time", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new IOException("no answer: " + message, cause);
        }
    }

    private static ApiFailure failure(HttpResponse<AsyncBody> response, ResponseBody body) throws IOException {
        String text = new String(body.readNBytes(LONGEST_EXPLANATION), StandardCharsets.UTF_8);
        String seconds = response.header("Retry-After");
        Duration retryAfter =
                seconds != null && seconds.matches("[0-9]{1,4}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
        try {
            return failure(response.code(), JSON.readTree(text), retryAfter);
        } catch (JacksonException e) {
            return failure(response.code(), JSON.createObjectNode().put("message", text.strip()), retryAfter);
        }
    }

    /** @param status a {@code Status} object, as the body of an answer or as an event */
    static ApiFailure failure(int code, JsonNode status, @Nullable Duration retryAfter) {
        boolean ahead = status.path("details")
                .path("causes")
                .valueStream()
                .anyMatch(cause -> cause.path("reason").asString("").equals("ResourceVersionTooLarge"));
        Reason reason = switch (code) {
            case 404 -> Reason.MISSING;
            case 410 -> Reason.GONE;
            case 401, 403 -> Reason.REFUSED;
            // An API server that knows less than it once did, as after its data were restored.
            case 429, 500, 502, 503, 504 -> ahead ? Reason.GONE : Reason.BUSY;
            default -> Reason.BROKEN;
        };
        String message = status.path("message").asString("");
        return new ApiFailure(reason, message.isEmpty() ? "status " + code : message, retryAfter);
    }
}
