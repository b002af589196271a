package io.weir.injector.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Composes a YAML document into a JSON tree. Nesting, and what aliases multiply, are limited. */
final class YamlTree {

    private static final int MAX_CODE_POINTS = 64 << 20;
    private static final int MAX_DEPTH = 100;
    private static final int MAX_NODES = 1_000_000;
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setCodePointLimit(MAX_CODE_POINTS).build();

    private final Iterator<Event> events;
    private final int firstLine;
    private final Map<Anchor, JsonNode> anchors = new HashMap<>();
    private final List<Integer> nodes = new ArrayList<>(List.of(0));

    private YamlTree(String text, int firstLine) {
        this.events = new Parse(SETTINGS).parseString(text).iterator();
        this.firstLine = firstLine;
    }

    /**
     * The first document; missing if there is none.
     *
     * @param firstLine the number of the text's first line
     * @throws ManifestSyntaxException if it can't be read
     */
    static JsonNode read(String text, int firstLine) {
        try {
            String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
            return new YamlTree(plain, firstLine).document();
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().isPresent() ? e.getProblemMark() : e.getContextMark();
            throw new ManifestSyntaxException(
                    firstLine + mark.map(Mark::getLine).orElse(0), said(e.getProblem()));
        } catch (YamlEngineException | IllegalArgumentException | IndexOutOfBoundsException | IllegalStateException e) {
            // The scanner lets some of these out on malformed escapes and directives.
            throw new ManifestSyntaxException(firstLine, said(e.getMessage()));
        }
    }

    private static String said(@Nullable String message) {
        return "this is not valid YAML: "
                + (message == null
                        ? "malformed text"
                        : message.lines().findFirst().orElse("malformed text"));
    }

    private JsonNode document() {
        JsonNode document = JsonNodeFactory.instance.missingNode();
        for (int count = 0; events.hasNext(); ) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent) {
                if (++count > 1) {
                    throw problem(event, "a second document starts without a line of ---");
                }
                document = node(events.next(), 0);
            }
        }
        return document;
    }

    private JsonNode node(Event event, int depth) {
        count(event, 1);
        if (depth > MAX_DEPTH) {
            throw problem(event, "the document nests deeper than " + MAX_DEPTH + " levels");
        }
        JsonNode node = switch (event) {
            case AliasEvent alias -> alias(alias);
            case ScalarEvent scalar -> scalar(scalar);
            case SequenceStartEvent _ -> sequence(depth);
            case MappingStartEvent _ -> mapping(depth);
            default -> throw problem(event, "a value is missing");
        };
        if (event instanceof NodeEvent anchored && !(event instanceof AliasEvent)) {
            anchored.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        }
        return node;
    }

    private void count(Event event, int more) {
        int sum = nodes.getFirst() + more;
        if (sum > MAX_NODES) {
            throw problem(event, "the document has more than " + MAX_NODES + " values, counting every use of an alias");
        }
        nodes.set(0, sum);
    }

    private JsonNode scalar(ScalarEvent event) {
        JsonNode value = YamlScalars.value(event);
        if (value == null) {
            throw problem(
                    event,
                    "'" + event.getValue() + "' is no value for the tag "
                            + event.getTag().orElse(""));
        }
        return value;
    }

    private JsonNode alias(AliasEvent alias) {
        JsonNode target = anchors.get(alias.getAlias());
        if (target == null) {
            throw problem(alias, "the alias *" + alias.getAlias() + " has no anchor before it");
        }
        count(alias, size(target));
        return target.deepCopy();
    }

    private static int size(JsonNode node) {
        int size = 1;
        for (JsonNode child : node) {
            size += size(child);
        }
        return size;
    }

    private ArrayNode sequence(int depth) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            array.add(node(event, depth + 1));
        }
        return array;
    }

    private ObjectNode mapping(int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        List<JsonNode> merged = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (!(event instanceof ScalarEvent key)) {
                throw problem(event, "a key must be plain text");
            }
            String name = key.getValue();
            key.getAnchor().ifPresent(anchor -> anchors.put(anchor, JsonNodeFactory.instance.stringNode(name)));
            JsonNode value = node(events.next(), depth + 1);
            if (name.equals("<<") && key.isPlain()) {
                merged.add(value);
            } else if (object.has(name)) {
                throw problem(key, "the key '" + name + "' is written twice in one mapping");
            } else {
                object.set(name, value);
            }
        }
        merged.forEach(value -> merge(value, object));
        return object;
    }

    /** What is written in place wins. */
    private static void merge(JsonNode from, ObjectNode into) {
        if (from instanceof ObjectNode object) {
            object.properties().forEach(entry -> into.putIfAbsent(entry.getKey(), entry.getValue()));
        } else if (from instanceof ArrayNode array) {
            array.forEach(element -> merge(element, into));
        }
    }

    private ManifestSyntaxException problem(Event event, String message) {
        return new ManifestSyntaxException(
                firstLine + event.getStartMark().map(Mark::getLine).orElse(0), message);
    }
}
