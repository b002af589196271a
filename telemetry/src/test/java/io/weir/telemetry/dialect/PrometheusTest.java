package io.weir.telemetry.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.testing.prometheus.RunningPrometheus;
import io.weir.testing.prometheus.RunningPrometheus.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The queries of canary controllers, asked of a real Prometheus just after a canary has started. The right answers follow from {@link CanaryMesh#after}: the canary fails 5 of 100 requests, so its
 * success is 95 %; 90 of 100 took 7 to 10 ms and 10 took 200 to 300, so the 99th is nine tenths into those: 290 ms. The primary
 * fails none, and all take 15 to 20 ms, so its 99th is 19.95 ms.
 */
@Tag("prometheus")
class PrometheusTest {

    @TempDir
    private static Path folder;

    private static ScrapedMesh mesh;
    private static RunningPrometheus prometheus;

    @BeforeAll
    static void scrape() throws IOException {
        mesh = ScrapedMesh.start(folder, "", "");
        prometheus = mesh.prometheus();
    }

    @AfterAll
    static void stop() throws IOException {
        mesh.close();
    }

    /** As Flagger and Argo read an answer: the only element, its labels unseen. */
    private static double only(List<Sample> answer) {
        assertThat(answer).hasSize(1);
        return answer.getFirst().value();
    }

    private static String osm(String target, String more) {
        return "sum(rate(osm_request_total{destination_namespace=\"test\",destination_kind=\"Deployment\",destination_name=\""
                + target + "\"" + more + "}[1m]))";
    }

    private static String linkerd(String target, String more) {
        return "sum(rate(response_total{namespace=\"test\",deployment=~\"" + target + "\"" + more
                + ",direction=\"inbound\"}[1m]))";
    }

    private static String istio(String target, String more) {
        return "sum(rate(istio_requests_total{reporter=\"destination\",destination_workload_namespace=\"test\","
                + "destination_workload=~\"" + target + "\"" + more + "}[1m]))";
    }

    /** The built-in request-success-rate of each provider, in percent. */
    private static Map<String, String> successRates(String target) {
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put("osm", osm(target, ",response_code!~\"5.*\"") + " / " + osm(target, "") + " * 100");
        queries.put(
                "linkerd", linkerd(target, ",classification!=\"failure\"") + " / " + linkerd(target, "") + " * 100");
        queries.put("smi", istio(target, ",response_code!~\"5.*\"") + " / " + istio(target, "") + " * 100");
        return queries;
    }

    /** The built-in request-duration of each provider, in milliseconds. */
    private static List<String> durations(String target) {
        return List.of(
                "histogram_quantile(0.99,sum(rate(osm_request_duration_ms_bucket{destination_namespace=\"test\","
                        + "destination_kind=\"Deployment\",destination_name=\"" + target + "\"}[1m])) by (le))",
                "histogram_quantile(0.99,sum(rate(response_latency_ms_bucket{namespace=\"test\",deployment=~\"" + target
                        + "\",direction=\"inbound\"}[1m])) by (le))",
                "histogram_quantile(0.99,sum(rate(istio_request_duration_milliseconds_bucket{reporter=\"destination\","
                        + "destination_workload_namespace=\"test\",destination_workload=~\"" + target
                        + "\"}[1m])) by (le))");
    }

    @ParameterizedTest
    @CsvSource({"podinfo, 95, 290", "podinfo-primary, 100, 19.95"})
    void flaggers_built_in_queries_of_each_provider_are_answered_rightly(String target, double success, double p99) {
        assertThat(successRates(target))
                .allSatisfy((provider, query) ->
                        assertThat(only(prometheus.query(query))).isCloseTo(success, within(1e-6)));
        assertThat(durations(target))
                .allSatisfy(query -> assertThat(only(prometheus.query(query))).isCloseTo(p99, within(1e-6)));
    }

    @Test
    void the_first_requests_of_a_canary_count() {
        // Before the second scrape with traffic: what a series starts with is lost to rate, so it must have started
        // with zero.
        Instant first = mesh.firstTraffic().plusMillis(500);
        assertThat(successRates("podinfo"))
                .allSatisfy((provider, query) ->
                        assertThat(only(prometheus.query(query, first))).isCloseTo(95, within(1e-6)));
    }

    @Test
    void no_answer_is_given_of_a_canary_that_nobody_called_yet() {
        Instant quiet = mesh.firstTraffic().minusMillis(200);
        assertThat(successRates("podinfo"))
                .allSatisfy((provider, query) ->
                        assertThat(prometheus.query(query, quiet)).allMatch(sample -> Double.isNaN(sample.value())));
    }

    @Test
    void the_query_of_argos_documentation_is_answered_rightly() {
        String all = "sum(irate(istio_requests_total{reporter=\"source\","
                + "destination_service=~\"podinfo-canary.test.svc.cluster.local\"%s}[1m]))";
        assertThat(only(prometheus.query(all.formatted(",response_code!~\"5.*\"") + " / " + all.formatted(""))))
                .isCloseTo(0.95, within(1e-6));
    }

    /** Grouped as Kiali groups for its graph, and Linkerd's boards for their tables. */
    @Test
    void what_kiali_and_linkerds_boards_group_by_is_there() {
        List<Sample> graph = prometheus.query("sum(rate(istio_requests_total{reporter=\"source\","
                + "source_workload_namespace=\"test\"}[1m])) by (source_cluster,source_workload_namespace,"
                + "source_workload,source_canonical_service,source_canonical_revision,destination_cluster,"
                + "destination_service_namespace,destination_service,destination_service_name,"
                + "destination_workload_namespace,destination_workload,destination_canonical_service,"
                + "destination_canonical_revision,request_protocol,response_code,response_flags) > 0");
        assertThat(graph)
                .extracting(sample -> sample.labels().get("destination_workload") + " "
                        + sample.labels().get("response_code"))
                .containsExactlyInAnyOrder("podinfo 200", "podinfo 503", "podinfo-primary 200");
        assertThat(graph).allSatisfy(sample -> assertThat(sample.labels()).hasSize(16));
        assertThat(
                        only(
                                prometheus.query(
                                        "count(istio_requests_total{reporter=\"destination\","
                                                + "connection_security_policy=\"mutual_tls\",source_principal=~\"spiffe://.+/sa/loadtester\"})")))
                .isPositive();

        List<Sample> inbound =
                prometheus.query("sum(rate(response_total{direction=\"inbound\",namespace=\"test\"}[1m]))"
                        + " by (namespace,deployment,classification,tls) > 0");
        assertThat(inbound)
                .extracting(Sample::labels)
                .containsExactlyInAnyOrder(
                        classified("podinfo", "success"),
                        classified("podinfo", "failure"),
                        classified("podinfo-primary", "success"));
        assertThat(prometheus.query("sum(rate(response_total{direction=\"outbound\",deployment=\"loadtester\"}[1m]))"
                        + " by (dst_namespace,dst_deployment,dst_service) > 0"))
                .extracting(Sample::labels)
                .contains(
                        Map.of("dst_namespace", "test", "dst_deployment", "podinfo", "dst_service", "podinfo-canary"));
    }

    private static Map<String, String> classified(String deployment, String classification) {
        return Map.of("namespace", "test", "deployment", deployment, "classification", classification, "tls", "true");
    }

    @Test
    void flaggers_templates_of_the_example_are_answered_rightly() throws IOException {
        Map<String, Double> answers = new LinkedHashMap<>();
        for (JsonNode template : documents("flagger/metrics.yaml")) {
            String query = template.at("/spec/query")
                    .asString()
                    .replace("{{ namespace }}", "test")
                    .replace("{{ target }}", "podinfo")
                    .replace("{{ name }}", "podinfo")
                    .replace("{{ interval }}", "1m");
            answers.put(template.at("/metadata/name").asString(), only(prometheus.query(query)));
        }
        assertThat(answers)
                .containsOnlyKeys("weir-success-rate", "weir-latency", "weir-success-rate-at-clients")
                .hasEntrySatisfying(
                        "weir-success-rate", rate -> assertThat(rate).isCloseTo(95, within(1e-6)))
                .hasEntrySatisfying("weir-latency", p99 -> assertThat(p99).isCloseTo(290, within(1e-6)))
                .hasEntrySatisfying(
                        "weir-success-rate-at-clients", rate -> assertThat(rate).isCloseTo(95, within(1e-6)));
    }

    @Test
    void the_canary_of_the_example_names_templates_that_there_are() throws IOException {
        List<String> templates = documents("flagger/metrics.yaml").stream()
                .map(template -> template.at("/metadata/name").asString())
                .toList();
        JsonNode metrics = documents("flagger/canary.yaml").getFirst().at("/spec/analysis/metrics");
        assertThat(metrics.valueStream()
                        .map(metric -> metric.at("/templateRef/name").asString()))
                .isNotEmpty()
                .isSubsetOf(templates);
    }

    @Test
    void argos_templates_of_the_example_are_answered_rightly() throws IOException {
        Map<String, Double> answers = new LinkedHashMap<>();
        for (JsonNode template : documents("argo/analysis.yaml")) {
            for (JsonNode metric : template.at("/spec/metrics")) {
                String query = metric.at("/provider/prometheus/query")
                        .asString()
                        .replace("{{args.namespace}}", "test")
                        .replace("{{args.canary-service}}", "podinfo-canary");
                answers.put(metric.path("name").asString(), only(prometheus.query(query)));
            }
        }
        assertThat(answers)
                .containsOnlyKeys("success-rate", "latency")
                .hasEntrySatisfying("success-rate", rate -> assertThat(rate).isCloseTo(0.95, within(1e-6)))
                .hasEntrySatisfying("latency", p99 -> assertThat(p99).isCloseTo(290, within(1e-6)));
    }

    private static List<JsonNode> documents(String example) throws IOException {
        Path file = Path.of("../examples").resolve(example);
        return new YAMLMapper()
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(file.toFile())
                .readAll();
    }
}
