package io.weir.cli.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Helm, and other programs, with this checkout's chart: {@code HELM}, else what {@code scripts/cluster-assets} builds. */
final class Helm {

    static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    static final String CHART = ROOT.resolve("helm/weir").toString();
    static final String NAMESPACE = "weir-system";

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Object ONCE = new Object();
    private static @Nullable String program;

    private Helm() {}

    /** What a program said on both of its outputs, in order, and its exit code. */
    record Result(int exit, String out) {

        /** Its output, if it went well. */
        String expected() {
            if (exit != 0) {
                throw new AssertionError("exit code " + exit + ": " + out);
            }
            return out;
        }
    }

    static Result run(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program()));
        command.addAll(List.of(arguments));
        return execute(environment, command);
    }

    static Result execute(Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.redirectInput(Path.of("/dev/null").toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(command.getFirst() + " was interrupted", e);
        }
    }

    /** The chart as text; the version of Kubernetes is one of the arguments. */
    static Result template(String... arguments) {
        List<String> all = new ArrayList<>(List.of("template", "weir", CHART, "-n", NAMESPACE));
        all.addAll(Arrays.asList(arguments));
        return run(Map.of(), all.toArray(String[]::new));
    }

    static List<JsonNode> objects(String manifests) {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(manifests)) {
            return documents.readAll().stream()
                    .filter(document -> document.isObject() && !document.isEmpty())
                    .toList();
        }
    }

    static List<JsonNode> objects(Path file) {
        try {
            return objects(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isHook(JsonNode object) {
        return object.at("/metadata/annotations").has("helm.sh/hook");
    }

    static String name(JsonNode object) {
        return object.path("kind").asString("") + "/"
                + object.at("/metadata/name").asString("");
    }

    static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static String program() {
        synchronized (ONCE) {
            String known = program;
            if (known == null) {
                known = find();
                program = known;
            }
            return known;
        }
    }

    private static String find() {
        String own = System.getenv("HELM");
        if (own != null && !own.isEmpty()) {
            return own;
        }
        Result found = execute(
                Map.of(),
                List.of(
                        "/bin/sh",
                        "-c",
                        "exec \"$0\" tools 2>/dev/null",
                        ROOT.resolve("scripts/cluster-assets").toString()));
        return Path.of(found.expected().strip()).resolve("helm").toString();
    }
}
