package io.weir.telemetry.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A series that was found.
 *
 * @param labels with the metric's name, if it was not lost on the way, as {@code __name__}
 * @param points in the order of time; one, if it was asked for one moment
 */
record Found(SortedMap<String, String> labels, List<Point> points) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN = 300;

    Found {
        points = List.copyOf(points);
    }

    /** What was scraped at a time, or computed for it. */
    record Point(Instant time, double value) {}

    /** The latest value. */
    double value() {
        return points.getLast().value();
    }

    /**
     * Reads a whole answer, a series after the other, since there may be many.
     *
     * @throws IOException if it is none, or if not all of it is there
     */
    static List<Found> read(InputStream answer) throws IOException {
        List<Found> found = new ArrayList<>();
        boolean success = false;
        try (JsonParser parser = JSON.createParser(answer)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is no object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("data")) {
                    data(parser, found);
                    continue;
                }
                JsonNode value = parser.readValueAsTree();
                switch (name) {
                    case "status" -> success = value.asString("").equals("success");
                    case "warnings" -> refuse(!value.isEmpty(), "it warns: " + value);
                    // VictoriaMetrics says so where a store did not answer.
                    case "isPartial" -> refuse(value.asBoolean(false), "it is a part of the answer");
                    default -> {
                        // Of no consequence: infos, traces, statistics.
                    }
                }
            }
            refuse(parser.currentToken() != JsonToken.END_OBJECT, "it ends early");
        } catch (JacksonException e) {
            throw new IOException(e.getOriginalMessage(), e);
        }
        refuse(!success, "it is no success");
        return found;
    }

    private static void refuse(boolean refused, String reason) throws IOException {
        if (refused) {
            throw new IOException(reason);
        }
    }

    private static void data(JsonParser parser, List<Found> found) throws IOException {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("result") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    Found one = one(parser.readValueAsTree());
                    if (!one.points.isEmpty()) {
                        found.add(one);
                    }
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    /** May be without points. */
    private static Found one(JsonNode element) throws IOException {
        SortedMap<String, String> labels = new TreeMap<>();
        element.path("metric").forEachEntry((name, label) -> labels.put(name, label.asString()));
        List<Point> points = new ArrayList<>();
        if (element.has("value")) {
            points.add(point(element.path("value")));
        }
        for (JsonNode value : element.path("values")) {
            points.add(point(value));
        }
        refuse(points.isEmpty(), "a series has no values");
        // Where VictoriaMetrics tells all that was scraped, this says that there was nothing.
        points.removeIf(point -> Double.isNaN(point.value));
        return new Found(labels, points);
    }

    private static Point point(JsonNode pair) throws IOException {
        try {
            return new Point(
                    Instant.ofEpochMilli(Math.round(pair.path(0).asDouble() * 1000)),
                    Double.parseDouble(pair.path(1).asString()));
        } catch (NumberFormatException e) {
            throw new IOException("a value is no number", e);
        }
    }

    /** What a refusal says, after a colon; empty if it says nothing. */
    static String error(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        String said;
        try {
            said = JSON.readTree(text).path("error").asString(text);
        } catch (JacksonException notJson) {
            said = text;
        }
        said = said.strip();
        return said.isEmpty() ? "" : ": " + said.substring(0, Math.min(SHOWN, said.length()));
    }

    /** Without the metric's name and these labels: what Prometheus added to what it scraped. */
    SortedMap<String, String> labelsWithout(Map<String, ?> own) {
        SortedMap<String, String> others = new TreeMap<>(labels);
        others.remove("__name__");
        others.keySet().removeAll(own.keySet());
        return others;
    }
}
