package io.weir.injector.golden;

import io.weir.injector.inject.Injection;
import io.weir.injector.inject.InjectionDecision;
import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.InjectionDecision.Refuse;
import io.weir.injector.inject.InjectionDecision.Skip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The files: what should be in them, what is. */
final class Goldens {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE)
            .enable(YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private Goldens() {}

    /** The files of a case, by path within {@link GoldenCase#FOLDER}. */
    static SortedMap<String, String> expected(GoldenCase one) {
        Injection injection = one.injection();
        ObjectNode pod = injection.after().deepCopy();
        SortedMap<String, String> files = new TreeMap<>();
        files.put("decision.txt", decision(injection.decision()));
        if (injection.decision() instanceof Inject) {
            take(pod, "weir-proxy", "/args/1", "bootstrap.yaml", files);
            take(pod, "weir-init", "/args/0", "init.sh", files);
            take(pod, "weir-proxy", "/lifecycle/postStart/exec/command/2", "hold.sh", files);
            take(pod, "weir-proxy", "/lifecycle/preStop/exec/command/2", "drain.sh", files);
            files.computeIfPresent("bootstrap.yaml", (_, json) -> YAML.writeValueAsString(YAML.readTree(json)));
        }
        files.put("pod.yaml", YAML.writeValueAsString(pod));
        files.keySet().removeIf(file -> !shown(one, file));
        SortedMap<String, String> paths = new TreeMap<>();
        files.forEach((file, text) ->
                paths.put(one.path() + "/out/" + file, (file.endsWith(".yaml") ? "# " + one.why() + "\n" : "") + text));
        return paths;
    }

    private static boolean shown(GoldenCase one, String file) {
        return switch (file) {
            case "decision.txt" -> true;
            case "pod.yaml" -> one.shown().contains("pod");
            case "bootstrap.yaml" -> one.shown().contains("bootstrap");
            case "init.sh" -> one.shown().contains("script");
            default -> one.shown().contains("hooks");
        };
    }

    private static String decision(InjectionDecision decision) {
        return switch (decision) {
            case Inject(var options) -> "inject " + options + "\n";
            case Skip(var reason) -> "skip " + reason + ": " + reason.text() + "\n";
            case Refuse refuse -> "refuse\n" + refuse.message() + "\n";
        };
    }

    /** Long texts have files of their own, so that the pod can be read. */
    private static void take(
            ObjectNode pod, String container, String pointer, String file, SortedMap<String, String> files) {
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode one : pod.path("spec").path(list)) {
                JsonNode text = one.at(pointer);
                if (one.path("name").asString("").equals(container) && text.isString()) {
                    files.put(file, text.asString());
                    ArrayNode parent = (ArrayNode) one.at(pointer.substring(0, pointer.lastIndexOf('/')));
                    parent.set(Integer.parseInt(pointer.substring(pointer.lastIndexOf('/') + 1)), "(" + file + ")");
                }
            }
        }
    }

    /** Paths within {@link GoldenCase#FOLDER} of all outputs that are there. */
    static SortedSet<String> present() throws IOException {
        try (Stream<Path> files = Files.walk(GoldenCase.FOLDER)) {
            SortedSet<String> found = new TreeSet<>();
            files.filter(Files::isRegularFile)
                    .filter(file -> file.getParent().endsWith("out"))
                    .forEach(file -> found.add(
                            GoldenCase.FOLDER.relativize(file).toString().replace('\\', '/')));
            return found;
        }
    }

    static void write(SortedMap<String, String> files) throws IOException {
        for (String orphan : present()) {
            if (!files.containsKey(orphan)) {
                Files.delete(GoldenCase.FOLDER.resolve(orphan));
            }
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = GoldenCase.FOLDER.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
