package io.weir.smi.specs.v1alpha4;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/**
 * A header that must be present with a value the regex matches in full (S27).
 *
 * @param name lower case; {@code host} stands for the authority
 * @param regex RE2; matches the comma-joined value of a header sent several times
 */
public record HeaderPattern(String name, String regex) {

    public HeaderPattern {
        name = name.toLowerCase(Locale.ROOT);
    }

    /**
     * The two wire forms of {@code headers}: a list of single-entry objects (the SMI SDK) and a plain map (the spec's
     * text since 2021). Reading takes both, writing uses the list, which keeps the order.
     *
     * @param headers the JSON of the field; elements of other shapes are skipped
     */
    public static List<HeaderPattern> read(JsonNode headers) {
        List<HeaderPattern> patterns = new ArrayList<>();
        Iterable<JsonNode> objects = headers.isArray() ? headers : List.of(headers);
        for (JsonNode object : objects) {
            object.forEachEntry((name, regex) -> {
                if (regex.isString()) {
                    patterns.add(new HeaderPattern(name, regex.stringValue()));
                }
            });
        }
        return List.copyOf(patterns);
    }

    /** The Jackson side of the two forms. */
    static final class Forms {
        private Forms() {}

        static final class Reader extends ValueDeserializer<List<HeaderPattern>> {
            @Override
            public List<HeaderPattern> deserialize(JsonParser parser, DeserializationContext context) {
                return read(context.readTree(parser));
            }
        }

        static final class Writer extends ValueSerializer<List<HeaderPattern>> {
            @Override
            public void serialize(List<HeaderPattern> headers, JsonGenerator json, SerializationContext context) {
                json.writeStartArray();
                for (HeaderPattern header : headers) {
                    json.writeStartObject();
                    json.writeStringProperty(header.name(), header.regex());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }

            @Override
            public boolean isEmpty(SerializationContext context, List<HeaderPattern> headers) {
                return headers.isEmpty();
            }
        }
    }
}
