package io.weir.cli.manifest;

import io.weir.cli.manifest.SplitEdit.Change;
import io.weir.cli.manifest.SplitEdit.Refused;
import io.weir.cli.manifest.SplitEdit.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Replaces the weights at their places in the text, and nothing else. */
final class WeightEditor {

    private static final String BY_HAND = "edit the file by hand";

    /** What follows a key whose value is an alias on the same line. */
    private static final Pattern ALIAS = Pattern.compile("[ \\t]*:[ \\t]+(\\*[^\\s,\\[\\]{}]+)");

    private final String text;
    private final Wanted wanted;
    private final TreeMap<String, Long> weights;

    WeightEditor(String text, Wanted wanted, Map<String, Long> weights) {
        this.text = text;
        this.wanted = wanted;
        this.weights = new TreeMap<>(weights);
    }

    /** A piece of the text, by character, and what stands there afterwards. */
    private record Replacement(int from, int to, String with) {}

    private record Found(String namespace, MappingNode split) {}

    SplitEdit edit() {
        List<Found> found = new ArrayList<>();
        try {
            for (Node document : compose(text)) {
                find(document, found);
            }
        } catch (YamlEngineException e) {
            // A name that can't even be in the text makes its faults somebody else's.
            return text.contains(wanted.name()) ? broken(e) : new SplitEdit.Absent();
        }
        if (found.isEmpty()) {
            return new SplitEdit.Absent();
        }
        if (found.size() > 1) {
            String namespaces = found.stream().map(Found::namespace).collect(Collectors.joining(", "));
            return new Refused(
                    "TrafficSplit " + wanted.name() + " is written " + found.size() + " times, in " + namespaces,
                    "name the namespace with -n, or remove the double");
        }
        return edit(found.getFirst());
    }

    private static Refused broken(YamlEngineException e) {
        String where = e instanceof MarkedYamlEngineException marked
                ? marked.getProblemMark()
                        .map(mark -> "line " + (mark.getLine() + 1) + ": " + marked.getProblem())
                        .orElse(marked.getProblem())
                : String.valueOf(e.getMessage());
        return new Refused("not valid YAML, " + where, "correct that, then run this again");
    }

    private static List<Node> compose(String yaml) {
        List<Node> documents = new ArrayList<>();
        new Compose(LoadSettings.builder()
                        .setUseMarks(true)
                        .setMaxAliasesForCollections(50)
                        .build())
                .composeAllFromString(yaml)
                .forEach(documents::add);
        return documents;
    }

    private void find(Node node, List<Found> found) {
        if (!(node instanceof MappingNode object)) {
            return;
        }
        if (value(object, "items") instanceof SequenceNode items
                && !scalar(object, "kind").equals("TrafficSplit")) {
            items.getValue().forEach(item -> find(item, found));
        }
        if (scalar(object, "kind").equals("TrafficSplit")
                && scalar(object, "apiVersion").startsWith("split.smi-spec.io/")
                && value(object, "metadata") instanceof MappingNode metadata
                && scalar(metadata, "name").equals(wanted.name())) {
            String namespace = scalar(metadata, "namespace");
            String effective = namespace.isEmpty() ? "default" : namespace;
            if (wanted.namespace() == null || wanted.namespace().equals(effective)) {
                found.add(new Found(effective, object));
            }
        }
    }

    private SplitEdit edit(Found found) {
        String name = "TrafficSplit " + found.namespace() + "/" + wanted.name();
        if (!(value(found.split(), "spec") instanceof MappingNode spec)
                || !(value(spec, "backends") instanceof SequenceNode backends)) {
            return new Refused(name + " has no list of backends", "add spec.backends to it");
        }
        List<String> present = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        List<Replacement> replacements = new ArrayList<>();
        for (Node node : backends.getValue()) {
            if (node instanceof MappingNode backend) {
                String service = scalar(backend, "service");
                if (present.contains(service) && weights.containsKey(service)) {
                    return new Refused(name + " has the backend " + service + " twice", "leave one, or " + BY_HAND);
                }
                present.add(service);
                Long weight = weights.get(service);
                if (weight != null) {
                    Replacement replacement = replacement(backend, weight);
                    if (replacement == null) {
                        return new Refused(
                                "the weight of " + service + " in " + name
                                        + " is written with an anchor, a tag or over several lines",
                                BY_HAND);
                    }
                    replacements.add(replacement);
                    changes.add(new Change(service, scalar(backend, "weight"), weight));
                }
            }
        }
        List<String> unknown = weights.keySet().stream()
                .filter(service -> !present.contains(service))
                .toList();
        if (!unknown.isEmpty()) {
            return new Refused(
                    String.join(", ", unknown) + (unknown.size() == 1 ? " is no backend" : " are no backends") + " of "
                            + name,
                    "its backends are: " + String.join(", ", present));
        }
        String edited = replaced(replacements);
        return reads(edited, found.namespace())
                ? new SplitEdit.Edited(edited, found.namespace(), changes)
                : new Refused("the way " + name + " is written leaves no room for the weights", BY_HAND);
    }

    /** Whether the edited text still is YAML, and says what was wanted. */
    private boolean reads(String edited, String namespace) {
        List<Found> found = new ArrayList<>();
        WeightEditor reader = new WeightEditor(edited, new Wanted(namespace, wanted.name()), weights);
        try {
            compose(edited).forEach(document -> reader.find(document, found));
        } catch (YamlEngineException e) {
            return false;
        }
        Map<String, String> read = new TreeMap<>();
        for (Found one : found) {
            if (value(one.split(), "spec") instanceof MappingNode spec
                    && value(spec, "backends") instanceof SequenceNode backends) {
                backends.getValue().stream()
                        .filter(MappingNode.class::isInstance)
                        .map(MappingNode.class::cast)
                        .forEach(backend -> read.put(scalar(backend, "service"), scalar(backend, "weight")));
            }
        }
        return found.size() == 1
                && weights.entrySet().stream()
                        .allMatch(weight -> weight.getValue().toString().equals(read.get(weight.getKey())));
    }

    private String replaced(List<Replacement> replacements) {
        StringBuilder edited = new StringBuilder(text);
        replacements.stream()
                .sorted(Comparator.comparingInt(Replacement::from).reversed())
                .forEach(one -> edited.replace(one.from(), one.to(), one.with()));
        return edited.toString();
    }

    private @Nullable Replacement replacement(MappingNode backend, long weight) {
        if (backend.getAnchor().isPresent()) {
            return null;
        }
        NodeTuple old = tuple(backend, "weight");
        if (old == null) {
            return insertion(backend, weight);
        }
        Replacement alias = alias(old.getKeyNode(), weight);
        if (alias != null) {
            return alias;
        }
        if (!(old.getValueNode() instanceof ScalarNode scalar)
                || scalar.getAnchor().isPresent()) {
            return null;
        }
        int from = start(scalar);
        int to = end(scalar);
        if (from == to) {
            return new Replacement(from, to, (text.charAt(from - 1) == ':' ? " " : "") + weight);
        }
        String written = text.substring(from, to);
        String quote = written.startsWith("\"") ? "\"" : written.startsWith("'") ? "'" : "";
        return written.equals(quote + scalar.getValue() + quote)
                ? new Replacement(from, to, quote + weight + quote)
                : null;
    }

    /** An alias is replaced by the number, so that whatever else is written with its anchor stays. */
    private @Nullable Replacement alias(Node key, long weight) {
        Matcher alias = ALIAS.matcher(text).region(end(key), text.length());
        return alias.lookingAt() ? new Replacement(alias.start(1), alias.end(1), Long.toString(weight)) : null;
    }

    /** After the service, in the style of the mapping. */
    private @Nullable Replacement insertion(MappingNode backend, long weight) {
        for (NodeTuple tuple : backend.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals("service")) {
                int after = end(tuple.getValueNode());
                if (backend.getFlowStyle() == FlowStyle.FLOW) {
                    String quote = text.charAt(start(key)) == '"' ? "\"" : "";
                    return new Replacement(after, after, ", " + quote + "weight" + quote + ": " + weight);
                }
                int newline = text.indexOf('\n', after);
                String ending = text.contains("\r\n") ? "\r\n" : "\n";
                String indent = " ".repeat(key.getStartMark().orElseThrow().getColumn());
                return newline < 0
                        ? new Replacement(text.length(), text.length(), ending + indent + "weight: " + weight)
                        : new Replacement(newline + 1, newline + 1, indent + "weight: " + weight + ending);
            }
        }
        return null;
    }

    /** Marks count code points. */
    private int start(Node node) {
        return text.offsetByCodePoints(0, node.getStartMark().orElseThrow().getIndex());
    }

    private int end(Node node) {
        return text.offsetByCodePoints(0, node.getEndMark().orElseThrow().getIndex());
    }

    private static @Nullable Node value(MappingNode mapping, String key) {
        NodeTuple tuple = tuple(mapping, key);
        return tuple == null ? null : tuple.getValueNode();
    }

    private static @Nullable NodeTuple tuple(MappingNode mapping, String key) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
                return tuple;
            }
        }
        return null;
    }

    /** Empty where it is missing or no scalar. */
    private static String scalar(MappingNode mapping, String key) {
        return value(mapping, key) instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
