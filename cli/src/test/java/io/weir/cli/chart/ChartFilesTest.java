package io.weir.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The chart as it lies there: what it repeats of other files is the same there. */
class ChartFilesTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path CHART = ROOT.resolve("helm/weir");
    private static final YAMLMapper YAML = new YAMLMapper();

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void the_rights_and_the_webhooks_are_those_that_tests_install() throws IOException {
        for (String module : List.of("control-plane", "sidecar-injector", "telemetry")) {
            for (Path source : files(ROOT.resolve(module + "/src/main/resources/kubernetes"))) {
                Path copy = CHART.resolve("files").resolve(source.getFileName());
                assertThat(copy)
                        .as(
                                "if the change is meant: cp %s %s",
                                ROOT.relativize(source), ROOT.relativize(CHART.resolve("files")))
                        .hasSameTextualContentAs(source);
            }
        }
    }

    @Test
    void its_version_is_that_of_the_pom() throws IOException {
        JsonNode chart = YAML.readTree(CHART.resolve("Chart.yaml").toFile());
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        String version = chart.path("version").asString("");
        assertThat(chart.path("appVersion").asString("")).isEqualTo(version);
        assertThat(pom).contains("<artifactId>weir</artifactId>\n  <version>" + version + "</version>");
    }

    @Test
    void a_value_that_is_not_known_is_refused_wherever_it_stands() {
        JsonNode schema = JsonMapper.shared().readTree(CHART.resolve("values.schema.json"));
        List<String> open = new ArrayList<>();
        collectOpen("", schema, open);
        // Parts of pods and policies as Kubernetes has them, maps of anybody's names, and a parent chart's own.
        assertThat(open)
                .containsExactlyInAnyOrder(
                        "/properties/global",
                        "/$defs/open",
                        "/$defs/strings of strings",
                        "/$defs/quantities of quantities");
    }

    private static void collectOpen(String path, JsonNode schema, List<String> open) {
        JsonNode additional = schema.path("additionalProperties");
        if (schema.path("type").asString("").equals("object") && !(additional.isBoolean() && !additional.asBoolean())) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            open.add(additional.isObject() ? path + " of " + name : path);
        }
        schema.properties().forEach(property -> collectOpen(path + "/" + property.getKey(), property.getValue(), open));
    }

    @Test
    void every_value_has_a_default_and_every_default_a_place_in_the_schema() throws IOException {
        JsonNode schema = JsonMapper.shared().readTree(CHART.resolve("values.schema.json"));
        JsonNode values = YAML.readTree(CHART.resolve("values.yaml").toFile());
        compare("", schema, schema, values);
    }

    private static void compare(String path, JsonNode root, JsonNode schema, JsonNode values) {
        JsonNode here =
                schema.has("$ref") ? root.at(schema.path("$ref").asString("").substring(1)) : schema;
        List<String> named = new ArrayList<>(here.path("properties").propertyNames());
        named.remove("global");
        // What is empty by default says nothing of its own names.
        if (!values.isObject() || values.isEmpty() || named.isEmpty()) {
            return;
        }
        assertThat(values.propertyNames()).as("values at '%s'", path).containsExactlyInAnyOrderElementsOf(named);
        for (String name : named) {
            compare(path + "/" + name, root, here.path("properties").path(name), values.path(name));
        }
    }
}
