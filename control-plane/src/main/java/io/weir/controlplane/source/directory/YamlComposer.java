package io.weir.controlplane.source.directory;

import io.weir.controlplane.source.decode.Codes;
import io.weir.controlplane.source.directory.YamlDocument.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Composes YAML events into JSON trees, remembering the line of every path. Built on events, not on the library's own
 * composer, because that one recurses as deep as the text nests and expands aliases without counting: a hostile file
 * must cost no more than the limits here.
 */
final class YamlComposer {

    static final int MAX_BYTES = 4 << 20;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_NODES = 400_000;
    private static final int MAX_DOCUMENTS = 20_000;
    private static final int MAX_PATH_CHARS = 16 << 20;
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(MAX_BYTES + 1)
            .build();

    private final Iterator<Event> events;
    private final Consumer<YamlDocument> documents;
    private int nodes;
    private int pathChars;
    private Map<String, Integer> lines = new HashMap<>();
    private List<Fault> faults = new ArrayList<>();
    private Map<Anchor, JsonNode> anchors = new HashMap<>();

    private YamlComposer(String text, Consumer<YamlDocument> documents) {
        this.events = new Parse(SETTINGS).parseString(text).iterator();
        this.documents = documents;
    }

    /** Hands over every document before the first syntax error, and returns that error; null if there is none. */
    static @Nullable Fault compose(String text, Consumer<YamlDocument> documents) {
        try {
            new YamlComposer(text, documents).compose();
            return null;
        } catch (Refused refused) {
            return refused.fault;
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().isPresent() ? e.getProblemMark() : e.getContextMark();
            return syntax(mark.map(m -> m.getLine() + 1).orElse(1), firstLine(e.getProblem()));
        } catch (YamlEngineException e) {
            return syntax(1, firstLine(e.getMessage()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | IllegalStateException e) {
            // The scanner lets some of these out on malformed escapes and directives.
            return syntax(1, firstLine(e.getMessage()));
        }
    }

    private void compose() {
        int count = 0;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent) {
                if (++count > MAX_DOCUMENTS) {
                    throw tooLarge(event, "has more than " + MAX_DOCUMENTS + " documents");
                }
                lines = new HashMap<>();
                faults = new ArrayList<>();
                anchors = new HashMap<>();
                JsonNode value = node(events.next(), "", 0);
                documents.accept(new YamlDocument(value, lines, faults));
            }
        }
    }

    private JsonNode node(Event event, String path, int depth) {
        int line = line(event);
        if (++nodes > MAX_NODES) {
            throw tooLarge(event, "has more than " + MAX_NODES + " values, counting every use of an alias");
        }
        if (depth > MAX_DEPTH) {
            throw tooLarge(event, "nests deeper than " + MAX_DEPTH + " levels");
        }
        place(path, line);
        JsonNode node = switch (event) {
            case AliasEvent alias -> alias(alias);
            case ScalarEvent scalar -> scalar(scalar, path);
            case SequenceStartEvent _ -> sequence(path, depth);
            case MappingStartEvent _ -> mapping(path, depth);
            default -> throw new Refused(syntax(line, "expected a value"));
        };
        if (event instanceof NodeEvent anchored && !(event instanceof AliasEvent)) {
            anchored.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        }
        return node;
    }

    /** A field stands where its key does; of a key written twice, the second is the one to look at. */
    private void place(String path, int line) {
        if (pathChars < MAX_PATH_CHARS) {
            pathChars += path.length() + 16;
            lines.putIfAbsent(path, line);
        }
    }

    private JsonNode alias(AliasEvent alias) {
        JsonNode target = anchors.get(alias.getAlias());
        if (target == null) {
            throw new Refused(syntax(line(alias), "alias *" + alias.getAlias() + " has no anchor before it"));
        }
        nodes += size(target, MAX_NODES - nodes);
        if (nodes > MAX_NODES) {
            throw tooLarge(alias, "has more than " + MAX_NODES + " values, counting every use of an alias");
        }
        return target.deepCopy();
    }

    private static int size(JsonNode node, int limit) {
        int size = 1;
        for (JsonNode child : node) {
            if (size > limit) {
                return size;
            }
            size += size(child, limit - size);
        }
        return size;
    }

    private ArrayNode sequence(String path, int depth) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            array.add(node(event, path + "[" + array.size() + "]", depth + 1));
        }
        return array;
    }

    private ObjectNode mapping(String path, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        List<JsonNode> merged = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (!(event instanceof ScalarEvent key)) {
                throw new Refused(syntax(line(event), "a key must be plain text"));
            }
            String name = key.getValue();
            String child = path.isEmpty() ? name : path + "." + name;
            key.getAnchor().ifPresent(anchor -> anchors.put(anchor, YamlScalars.text(name)));
            boolean known = object.has(name);
            if (known) {
                lines.remove(child);
            }
            place(child, line(key));
            JsonNode value = node(events.next(), child, depth + 1);
            if (name.equals("<<") && key.isPlain()) {
                merged.add(value);
            } else if (known) {
                faults.add(new Fault(
                        Codes.DUPLICATE_KEY,
                        line(key),
                        child,
                        "the key '" + name + "' is written twice in one mapping",
                        "Remove one of the two."));
            } else {
                object.set(name, value);
            }
        }
        merged.forEach(value -> merge(value, object));
        return object;
    }

    /** YAML 1.1 merge keys: what is written in place wins. */
    private static void merge(JsonNode from, ObjectNode into) {
        if (from instanceof ObjectNode object) {
            object.properties().forEach(entry -> into.putIfAbsent(entry.getKey(), entry.getValue()));
        } else if (from instanceof ArrayNode array) {
            array.forEach(element -> merge(element, into));
        }
    }

    private JsonNode scalar(ScalarEvent event, String path) {
        JsonNode value = YamlScalars.resolve(event);
        if (value == null) {
            faults.add(new Fault(
                    Codes.SYNTAX,
                    line(event),
                    path,
                    "the tag " + event.getTag().orElse("") + " does not fit here",
                    "Remove the tag."));
            return YamlScalars.text(event.getValue());
        }
        return value;
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static Refused tooLarge(Event event, String message) {
        return new Refused(
                new Fault(Codes.TOO_LARGE, line(event), "", "the file " + message, "Split it, or remove the excess."));
    }

    private static Fault syntax(int line, String message) {
        return new Fault(
                Codes.SYNTAX, line, "", "this is not valid YAML: " + message, "Correct the text around this line.");
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "malformed text" : message.lines().findFirst().orElse("malformed text");
    }

    /** Ends the reading of one file; never leaves this class. */
    private static final class Refused extends RuntimeException {
        private final transient Fault fault;

        Refused(Fault fault) {
            super(fault.message(), null, false, false);
            this.fault = fault;
        }
    }
}
