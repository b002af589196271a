package io.weir.injector.golden;

import io.weir.injector.bootstrap.Credential;
import io.weir.injector.bootstrap.TelemetrySink;
import io.weir.injector.inject.Injection;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.NamespaceView;
import io.weir.injector.inject.OpenTelemetrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A pod as its author writes it, and where it is put.
 *
 * @param path area and case: {@code probes/http}
 * @param shown parts of the outcome that the case is about: pod, bootstrap, script, hooks
 */
public record GoldenCase(
        String path,
        String why,
        NamespaceView namespace,
        ObjectNode pod,
        InjectionSettings settings,
        Set<String> shown) {

    static final Path FOLDER = Path.of("src/test/resources/golden");

    private static final YAMLMapper YAML = new YAMLMapper();

    public static List<GoldenCase> all() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            List<GoldenCase> cases = new ArrayList<>();
            for (Path file :
                    files.filter(it -> it.endsWith("case.yaml")).sorted().toList()) {
                cases.add(read(file));
            }
            return cases;
        }
    }

    private static GoldenCase read(Path file) throws IOException {
        JsonNode head = YAML.readTree(Files.readString(file));
        ObjectNode pod = (ObjectNode) YAML.readTree(Files.readString(file.resolveSibling("pod.yaml")));
        JsonNode namespace = head.get("namespace");
        Set<String> shown = new TreeSet<>();
        head.path("shown").forEach(part -> shown.add(part.asString()));
        return new GoldenCase(
                FOLDER.relativize(file.getParent()).toString().replace('\\', '/'),
                head.get("why").asString(),
                new NamespaceView(
                        namespace
                                .path("name")
                                .asString(pod.at("/metadata/namespace").asString("shop")),
                        texts(namespace.path("labels")),
                        texts(namespace.path("annotations"))),
                pod,
                settings(head.path("settings")),
                shown);
    }

    /** Settings of tests, where a case says nothing else. */
    public static InjectionSettings settings(JsonNode said) {
        String system = said.path("systemNamespace").asString("weir-system");
        return new InjectionSettings(
                "0.1.0",
                new InjectionSettings.Mesh(
                        "cluster.local",
                        system,
                        said.path("xdsHost").asString(InjectionSettings.Mesh.xdsHost(system, "cluster.local")),
                        said.path("deny").asBoolean(false),
                        said.path("namespacesMayLoosen").asBoolean(false)),
                new InjectionSettings.Images("envoyproxy/envoy:v1.40.0", "weir/init:0.1.0"),
                said.path("native").asBoolean(true),
                Credential.valueOf(said.path("credential").asString("TOKEN")),
                InjectionSettings.Resources.usual(),
                said.path("telemetry").asBoolean(false)
                        ? TelemetrySink.in(system, "cluster.local", "cluster.local")
                        : null,
                said.has("openTelemetry")
                        ? new OpenTelemetrySettings(
                                "collector.observability",
                                4317,
                                said.path("openTelemetry").asString().equals("TLS"),
                                true)
                        : null);
    }

    private static Map<String, String> texts(JsonNode mapping) {
        Map<String, String> texts = new TreeMap<>();
        mapping.propertyStream()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString()));
        return texts;
    }

    public Injection injection() {
        return Injection.of(namespace, pod, settings);
    }
}
