package io.weir.telemetry.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.testing.prometheus.RunningPrometheus.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The chart's boards and alerts, asked of a real Prometheus: each query has an answer where there is traffic and a control plane,
 * and each alert shows when all goes wrong. The control plane's metrics are those of one in great trouble.
 */
@Tag("prometheus")
class BoardsTest {

    private static final Path CHART = Path.of("../helm/weir");

    /** In the names and labels that the control plane and the injector give; the root ended in 1970. */
    private static final String TROUBLE = """
        weir_xds_connections 12
        weir_leader 0
        weir_diagnostics 3
        weir_ca_root_expiry_seconds 86400
        weir_ca_alarm 1
        weir_source_current{kind="Pod"} 0
        weir_world_generation COUNT
        weir_world_build_seconds_sum COUNT
        weir_world_build_seconds_count COUNT
        weir_convergence_seconds_bucket{le="5.0"} 0
        weir_convergence_seconds_bucket{le="30.0"} COUNT
        weir_convergence_seconds_bucket{le="+Inf"} COUNT
        weir_convergence_all_seconds_max 29
        weir_xds_responses_total{type="cds"} COUNT
        weir_xds_nacks_total{type="cds"} COUNT
        weir_xds_denied_total{reason="expired"} COUNT
        weir_injector_pods_total{outcome="injected"} COUNT
        """;

    @TempDir
    private static Path folder;

    private static ScrapedMesh mesh;

    @BeforeAll
    static void scrape() throws IOException {
        mesh = ScrapedMesh.start(
                folder, TROUBLE, CHART.resolve("alerts.yaml").toAbsolutePath().toString());
    }

    @AfterAll
    static void stop() throws IOException {
        mesh.close();
    }

    private static List<Path> boards() throws IOException {
        try (Stream<Path> files = Files.list(CHART.resolve("dashboards"))) {
            return files.sorted().toList();
        }
    }

    private static List<JsonNode> rules() {
        List<JsonNode> rules = new ArrayList<>();
        new YAMLMapper()
                .readTree(CHART.resolve("alerts.yaml").toFile())
                .path("groups")
                .forEach(group -> group.path("rules").forEach(rules::add));
        return rules;
    }

    /** As Grafana fills in what a person chose. */
    private static String asked(String expression) {
        return expression
                .replace("$__rate_interval", "1m")
                .replace("$namespace", "test")
                .replace("$workload", "podinfo")
                .replace("$split", "podinfo");
    }

    private static List<JsonNode> panels(JsonNode board) {
        return board.path("panels").valueStream().toList();
    }

    /** What a panel asks about a workload that calls nobody has no answer here. */
    private static boolean asksAboutCallsOfTheCanary(String query) {
        return query.contains("source_workload=\"podinfo\"");
    }

    /** None of the others calls over TCP. */
    private static boolean asksAboutTcp(String query) {
        return query.contains("weir_tcp_");
    }

    @TestFactory
    Stream<DynamicTest> every_panel_has_an_answer() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : boards()) {
            JsonNode board = JsonMapper.shared().readTree(file.toFile());
            for (JsonNode panel : panels(board)) {
                tests.add(dynamicTest(
                        board.path("title").asString() + ", "
                                + panel.path("title").asString(),
                        () -> answered(panel)));
            }
        }
        return tests.stream();
    }

    private static void answered(JsonNode panel) {
        assertThat(panel.path("targets")).isNotEmpty();
        for (JsonNode target : panel.path("targets")) {
            String query = asked(target.path("expr").asString());
            assertThat(query).doesNotContain("$");
            List<Sample> answer = mesh.prometheus().query(query);
            if (!asksAboutCallsOfTheCanary(query) && !asksAboutTcp(query)) {
                assertThat(answer).as(query).isNotEmpty();
            }
            assertThat(labels(target.path("legendFormat").asString()))
                    .as("labels in the legend that %s does not give", query)
                    .allMatch(label -> answer.isEmpty()
                            || label.equals("grpc_status")
                            || answer.stream()
                                    .anyMatch(sample -> sample.labels().containsKey(label)));
        }
    }

    /** Those that a legend such as <code>{{backend}}</code> shows. */
    private static Set<String> labels(String legend) {
        Matcher found = Pattern.compile("\\{\\{(\\w+)}}").matcher(legend);
        return found.results().map(match -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void the_canary_is_told_apart_from_what_it_would_replace() throws IOException {
        JsonNode board = JsonMapper.shared()
                .readTree(CHART.resolve("dashboards/canary.json").toFile());
        JsonNode success = panels(board).stream()
                .filter(panel -> panel.path("title").asString().equals("Success"))
                .findFirst()
                .orElseThrow();
        assertThat(byBackend(success)).isEqualTo(Map.of("podinfo-canary", 0.95, "podinfo-primary", 1.0));
        // One of 5 requests; rate guesses what happened before the first scrape, and guesses less where a series began
        // with zero.
        assertThat(byBackend(panels(board).getFirst()).get("podinfo-canary")).isCloseTo(0.2, within(0.04));
    }

    /** What the first query of a panel answers, to 6 places. */
    private static Map<String, Double> byBackend(JsonNode panel) {
        return mesh.prometheus().query(asked(panel.at("/targets/0/expr").asString())).stream()
                .collect(Collectors.toMap(
                        sample -> sample.labels().getOrDefault("backend", ""),
                        sample -> Math.round(sample.value() * 1e6) / 1e6));
    }

    @Test
    void every_alert_but_that_of_a_missing_control_plane_shows_when_all_goes_wrong() {
        Set<String> expected = rules().stream()
                .map(rule -> rule.path("alert").asString())
                .filter(name -> !name.equals("WeirControlPlaneDown"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(expected).hasSizeGreaterThan(5);
        await("alerts")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(mesh.prometheus().query("ALERTS").stream()
                                .map(sample -> sample.labels().get("alertname")))
                        .containsOnlyOnceElementsOf(expected)
                        .hasSameSizeAs(expected));
        assertThat(mesh.prometheus().query("ALERTS{alertname=\"WeirWorkloadFails\"}"))
                .singleElement()
                .satisfies(sample -> assertThat(sample.labels()).containsEntry("destination_workload", "podinfo"));
    }

    @Test
    void a_control_plane_that_nobody_scrapes_is_missed() {
        String query = rules().stream()
                .filter(rule -> rule.path("alert").asString().equals("WeirControlPlaneDown"))
                .map(rule -> rule.path("expr").asString())
                .findFirst()
                .orElseThrow();
        assertThat(mesh.prometheus().query(query)).isEmpty();
        assertThat(mesh.prometheus()
                        .query(query.replace("weir_xds_connections", "weir_xds_connections{job=\"other\"}")))
                .hasSize(1);
    }

    @Test
    void every_alert_says_how_bad_it_is_and_what_to_do() {
        assertThat(rules()).allSatisfy(rule -> {
            assertThat(rule.at("/labels/severity").asString()).isIn("warning", "critical");
            assertThat(rule.at("/annotations/summary").asString()).isNotEmpty();
            assertThat(rule.at("/annotations/description").asString()).isNotEmpty();
        });
    }
}
