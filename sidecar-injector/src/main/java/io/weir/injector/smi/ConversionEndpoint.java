package io.weir.injector.smi;

import io.weir.injector.webhook.WebhookEndpoint;
import io.weir.smi.convert.Conversion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers a ConversionReview of {@code apiextensions.k8s.io/v1}. */
public final class ConversionEndpoint implements WebhookEndpoint {

    /** On an object that could not be converted: its content as it is stored, without metadata and status. */
    public static final String UNCONVERTED = Conversion.DOMAIN + "unconverted";

    private static final String API_VERSION = "apiextensions.k8s.io/v1";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** As deep as the API server itself reads: one object nested deeper than is read here would break every list. */
    private static final int DEEPEST = 10_500;

    private static final JsonMapper ANY_DEPTH = JsonMapper.builder(JsonFactory.builder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .build();

    /** One conversion; a parameter so that tests can let it fail, which no object is known to do. */
    interface Converter {
        ObjectNode convert(ObjectNode object, String toApiVersion);
    }

    private final Converter converter;

    public ConversionEndpoint() {
        this(Conversion::convert);
    }

    ConversionEndpoint(Converter converter) {
        this.converter = converter;
    }

    @Override
    public JsonNode answer(JsonNode review) {
        JsonNode request = review.path("request");
        String uid = Trees.text(request, "uid");
        if (!Trees.text(review, "apiVersion").equals(API_VERSION)
                || !Trees.text(review, "kind").equals("ConversionReview")
                || uid.isEmpty()) {
            throw new IllegalArgumentException("This is no ConversionReview of " + API_VERSION + ".");
        }
        ObjectNode response = JSON.objectNode().put("uid", uid);
        String problem = convert(request, response);
        ObjectNode result = response.putObject("result");
        if (problem == null) {
            result.put("status", "Success");
        } else {
            response.putArray("convertedObjects");
            result.put("status", "Failed").put("message", problem);
        }
        ObjectNode answer = JSON.objectNode().put("apiVersion", API_VERSION).put("kind", "ConversionReview");
        answer.set("response", response);
        return answer;
    }

    /** A list is converted at once, however long it is. */
    @Override
    public int longest() {
        return 32 << 20;
    }

    @Override
    public int deepest() {
        return DEEPEST;
    }

    /** Null if all objects were converted; a problem is one of the request, never of an object's content. */
    private @Nullable String convert(JsonNode request, ObjectNode response) {
        String toApiVersion = Trees.text(request, "desiredAPIVersion");
        JsonNode objects = request.path("objects");
        if (!objects.isArray()) {
            return "The request has no list of objects.";
        }
        List<ObjectNode> converted = new ArrayList<>();
        for (JsonNode object : objects) {
            if (!(object instanceof ObjectNode fields) || !Trees.isReleased(fields, toApiVersion)) {
                return "Weir has no conversion of " + Trees.text(object, "kind") + " from "
                        + Trees.text(object, "apiVersion") + " to " + toApiVersion + ".";
            }
            converted.add(one(fields, toApiVersion));
        }
        response.putArray("convertedObjects").addAll(converted);
        return null;
    }

    /**
     * One object. Should the conversion fail on it, its readers get an object without content: every reader of a kind
     * would otherwise get an error for one odd object. Without content it opens nothing and splits nothing.
     */
    private ObjectNode one(ObjectNode object, String toApiVersion) {
        try {
            return converter.convert(object, toApiVersion);
        } catch (RuntimeException | StackOverflowError _) {
            ObjectNode head = JSON.objectNode().put("apiVersion", toApiVersion);
            ObjectNode content = JSON.objectNode();
            object.forEachEntry((name, value) -> {
                switch (name) {
                    case "apiVersion" -> content.set(name, value);
                    case "kind", "metadata", "status" -> head.set(name, value.deepCopy());
                    default -> content.set(name, value);
                }
            });
            if (head.get("metadata") instanceof ObjectNode metadata) {
                ObjectNode annotations =
                        metadata.get("annotations") instanceof ObjectNode present ? present : JSON.objectNode();
                annotations.put(UNCONVERTED, text(content));
                metadata.set("annotations", annotations);
            }
            return head;
        }
    }

    private static String text(ObjectNode content) {
        try {
            return ANY_DEPTH.writeValueAsString(content);
        } catch (RuntimeException | StackOverflowError _) {
            return "nested too deeply to be shown";
        }
    }
}
