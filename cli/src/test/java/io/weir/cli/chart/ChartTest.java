package io.weir.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.cli.CommandLineRun;
import io.weir.cli.chart.Helm.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What Helm makes of the chart. The tag is that of tests for which programs are built. */
@Tag("kube")
class ChartTest {

    private static final String UPDATE = "golden.update";
    private static final Path GOLDENS = Path.of("src/test/resources/chart");

    static List<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(GOLDENS)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** A case has the options of helm template in a file. */
    static String render(Path folder) throws IOException {
        String[] options =
                Files.readString(folder.resolve("options.txt")).strip().split("\\s+");
        return Helm.template(options).expected();
    }

    /** What the chart takes from files, whose own tests hold it to what is needed. */
    private static List<JsonNode> files() throws IOException {
        try (Stream<Path> found = Files.list(Path.of(Helm.CHART, "files"))) {
            return found.flatMap(file -> Helm.objects(file).stream()).toList();
        }
    }

    /** Without the objects that are files already. */
    private static String shown(String rendered) throws IOException {
        Set<String> files = files().stream().map(Helm::name).collect(Collectors.toSet());
        return Stream.of(rendered.split("(?m)^---$"))
                .filter(document -> Helm.objects(document).stream().noneMatch(it -> files.contains(Helm.name(it))))
                .collect(Collectors.joining("---"));
    }

    @TestFactory
    Stream<DynamicTest> every_case_is_rendered_as_its_file_says() throws IOException {
        return cases().stream()
                .map(folder -> dynamicTest(folder.getFileName().toString(), () -> {
                    Path golden = folder.resolve("manifests.yaml");
                    String rendered = shown(render(folder));
                    if (Boolean.getBoolean(UPDATE)) {
                        Files.writeString(golden, rendered);
                    }
                    assertThat(Files.exists(golden) ? Files.readString(golden) : "")
                            .as("%s; if the change is meant, run this test with -D%s=true", golden, UPDATE)
                            .isEqualTo(rendered);
                }));
    }

    @TestFactory
    Stream<DynamicTest> helm_has_nothing_against_it() throws IOException {
        return cases().stream()
                .map(folder -> dynamicTest(folder.getFileName().toString(), () -> {
                    String options =
                            Files.readString(folder.resolve("options.txt")).strip();
                    Helm.run(Map.of(), ("lint --strict " + Helm.CHART + " " + options).split("\\s+"))
                            .expected();
                }));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --set mode=open                                          | at '/mode': value must be one of 'permissive', 'deny'
        --set replicas=3                                         | additional properties 'replicas' not allowed
        --set image.name=x                                       | at '/image': additional properties 'name' not allowed
        --set controlPlane.svidTtl=forever                       | at '/controlPlane/svidTtl'
        --set image.digest=latest                                | at '/image/digest'
        --kube-version 1.29.4                                    | chart requires kubeVersion: >=1.30.0-0
        --kube-version 1.36.0 --set sidecars.credential=certificate | which needs Kubernetes 1.37, and this is v1.36.0
        --set sidecars.credential=certificate,controlPlane.podCertificates=never | nobody would sign them
        --set injector.autoscaling.enabled=true,injector.replicas=3 | injector.autoscaling decides how many there are
        --set telemetry.autoscaling.enabled=true                 | at '/telemetry': additional properties 'autoscaling' not allowed
        --set monitoring.edges.enabled=true,telemetry.enabled=false | nobody would tell the edges
        --set metrics.backend=prometheus                         | metrics.prometheus.url: needed where metrics.backend is prometheus
        --set metrics.backend=influx                             | at '/metrics/backend'
        --set metrics.prometheus.delay=soon                      | at '/metrics/prometheus/delay'
        --set metrics.prometheus.tokenSecret.name=Not_A_Name     | at '/metrics/prometheus/tokenSecret/name'
        --set metrics.prometheus.ca.key=                         | at '/metrics/prometheus/ca/key'
        --set metrics.prometheus.ca.configMap=a,metrics.prometheus.ca.secret=b | names a ConfigMap and a Secret
        --set monitoring.edges.dialects={kuma}                   | at '/monitoring/edges/dialects/0'
        --set controlPlane.autoscaling.enabled=true,controlPlane.autoscaling.minReplicas=9 | controlPlane.autoscaling.minReplicas is more than maxReplicas
        """)
    void what_can_not_be_is_refused_before_anything_is_installed(String options, String reason) {
        String version = options.contains("--kube-version") ? "" : "--kube-version 1.37.0 ";
        Result result = Helm.template((version + options).split("\\s+"));
        assertThat(result.exit()).isNotZero();
        assertThat(result.out()).contains(reason);
    }

    @Test
    void certificates_may_be_taken_for_granted_in_an_older_cluster() {
        Helm.template(
                        "--kube-version=1.36.0",
                        "--set=sidecars.credential=certificate,sidecars.assumePodCertificates=true")
                .expected();
    }

    /** With help asked for, a command line is read and nothing is run. */
    @TestFactory
    Stream<DynamicTest> weir_understands_every_command_line() throws IOException {
        return cases().stream()
                .map(folder -> dynamicTest(folder.getFileName().toString(), () -> {
                    int commands = 0;
                    for (JsonNode object : Helm.objects(render(folder))) {
                        for (JsonNode container : Helm.elements(object.at("/spec/template/spec/containers"))) {
                            List<String> arguments = Helm.elements(container.path("args")).stream()
                                    .map(argument -> argument.asString(""))
                                    .collect(Collectors.toCollection(ArrayList::new));
                            arguments.add("--help");
                            CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
                            assertThat(run.err()).as(arguments.toString()).isEmpty();
                            assertThat(run.exit()).as(arguments.toString()).isZero();
                            String verb = arguments.stream()
                                    .takeWhile(word -> !word.startsWith("-"))
                                    .collect(Collectors.joining(" "));
                            assertThat(run.out()).startsWith("Usage: weir " + verb);
                            commands++;
                        }
                    }
                    assertThat(commands).isGreaterThan(2);
                }));
    }

    @Test
    void nothing_names_another_namespace_than_that_of_the_release() {
        String rendered = Helm.run(Map.of(), "template", "mesh", Helm.CHART, "-n", "mesh", "--kube-version", "1.37.0")
                .expected();
        assertThat(rendered).doesNotContain("weir-system").contains("namespace: mesh");
    }

    @Test
    void each_board_is_in_a_config_map_that_grafana_finds() throws IOException {
        List<JsonNode> found = Helm.objects(
                        Helm.template("--kube-version=1.37.0", "--set=monitoring.dashboards.enabled=true")
                                .expected())
                .stream()
                .filter(object -> object.at("/metadata/labels/grafana_dashboard")
                        .asString("")
                        .equals("1"))
                .toList();
        TreeMap<String, String> boards = new TreeMap<>();
        found.forEach(object -> object.path("data")
                .forEachEntry(
                        (name, board) -> boards.put(name, board.asString("").strip())));
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> folder = Files.list(Path.of(Helm.CHART, "dashboards"))) {
            for (Path file : folder.toList()) {
                files.put("weir-" + file.getFileName(), Files.readString(file).strip());
            }
        }
        assertThat(boards).hasSizeGreaterThan(3).isEqualTo(files);
        assertThat(found).hasSameSizeAs(files.keySet());
    }

    /** Each account, with the rules that are bound to it. */
    @Test
    void every_account_may_do_what_the_manifests_say_and_no_more() throws IOException {
        List<JsonNode> rendered =
                Helm.objects(Helm.template("--kube-version=1.37.0").expected());
        TreeMap<String, JsonNode> granted = new TreeMap<>();
        List<String> others = new ArrayList<>();
        for (JsonNode binding : rendered) {
            if (!binding.path("kind").asString("").endsWith("RoleBinding")) {
                continue;
            }
            List<JsonNode> subjects = Helm.elements(binding.path("subjects"));
            assertThat(subjects).hasSize(1);
            String role = binding.at("/roleRef/kind").asString("") + "/"
                    + binding.at("/roleRef/name").asString("");
            if (binding.at("/metadata/namespace").asString("").equals("kube-system")) {
                others.add(subjects.getFirst().path("name").asString("") + " " + role);
                continue;
            }
            JsonNode rules = rendered.stream()
                    .filter(object -> Helm.name(object).equals(role))
                    .findFirst()
                    .orElseThrow()
                    .path("rules");
            granted.put(subjects.getFirst().path("name").asString("") + " " + role, rules);
        }

        TreeMap<String, JsonNode> wanted = new TreeMap<>();
        for (JsonNode object : files()) {
            if (object.path("kind").asString("").endsWith("Role")) {
                wanted.put(object.at("/metadata/name").asString("") + " " + Helm.name(object), object.path("rules"));
            }
        }
        assertThat(granted).isEqualTo(wanted);
        assertThat(others)
                .as("the cluster's own roles")
                .containsExactly("weir-telemetry Role/extension-apiserver-authentication-reader");
    }
}
