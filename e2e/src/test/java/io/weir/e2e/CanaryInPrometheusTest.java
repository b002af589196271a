package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.serviceSelecting;
import static io.weir.e2e.Manifests.split;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.standalone.AdminAddress;
import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.prometheus.PrometheusReadings;
import io.weir.telemetry.prometheus.PrometheusSettings;
import io.weir.testing.prometheus.RunningPrometheus;
import io.weir.testing.prometheus.RunningPrometheus.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From real Envoys to the answers by which Flagger decides, through a real Prometheus. */
final class CanaryInPrometheusTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int GOOD = 95;
    private static final int BAD = 5;

    @TempDir
    private Path folder;

    @Test
    void a_canary_that_has_just_started_is_judged_by_its_own_requests() throws Exception {
        try (HttpApp stable = HttpApp.listening("stable", 8080);
                HttpApp canary = HttpApp.listening("canary", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "stable", stable.address(), "http:8080")
                                .replace("{app: stable}", "{app: stable, part: web}"),
                        workload("shop", "canary", canary.address(), "http:8080"),
                        serviceSelecting("shop", "web", "part: web", "http:8080"),
                        service("shop", "web-stable", "stable", "http:8080"),
                        service("shop", "web-canary", "canary", "http:8080"),
                        client("shop", "client"),
                        allowAll("shop", "stable", "shop/client"),
                        allowAll("shop", "canary", "shop/client")));
                RunningPrometheus prometheus = scraping(mesh.controlPlane().adminAddress())) {
            if (Envoys.underTest().version().equals(EnvoyInstall.OLDEST_VERSION)) {
                await("it is told that this Envoy can't count")
                        .atMost(PATIENCE)
                        .until(() -> total(prometheus, "weir_sidecar_silent{workload=~\"client|canary\"}") == 2);
                return;
            }
            step(mesh, 100, 0);
            assertThat(mesh.apps("shop/client", "http://web.shop:8080/", 20)).containsOnlyKeys("stable");
            await("Prometheus knows the canary, which nobody has called")
                    .atMost(PATIENCE)
                    .until(() ->
                            total(prometheus, "osm_request_total{source_name=\"client\",destination_name=\"canary\"}")
                                    == 0);

            step(mesh, 0, 100);
            assertThat(mesh.apps("shop/client", "http://web.shop:8080/", GOOD)).containsOnlyKeys("canary");
            canary.answerWith(500);
            for (int i = 0; i < BAD; i++) {
                assertThat(mesh.status("shop/client")).isEqualTo(500);
            }
            for (String series : List.of(
                    "osm_request_total{destination_name=\"canary\"}",
                    "response_total{deployment=\"canary\",direction=\"inbound\"}",
                    "istio_requests_total{destination_workload=\"canary\",reporter=\"destination\"}")) {
                await(series)
                        .atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(total(prometheus, series)).isEqualTo(GOOD + BAD));
            }
            assertFlaggersRatesAreThoseOfTheCanary(prometheus);
            assertTheMetricsApiHasTheSame(mesh, prometheus);
        }
    }

    private static void assertFlaggersRatesAreThoseOfTheCanary(RunningPrometheus prometheus) throws Exception {
        assertThat(only(prometheus.query(rate(
                        "osm_request_total{destination_namespace=\"shop\","
                                + "destination_kind=\"Deployment\",destination_name=\"canary\"%s}",
                        ",response_code!~\"5.*\""))))
                .isCloseTo(GOOD, within(1e-6));
        assertThat(only(prometheus.query(rate(
                        "response_total{namespace=\"shop\",deployment=~\"canary\"%s,direction=\"inbound\"}",
                        ",classification!=\"failure\""))))
                .isCloseTo(GOOD, within(1e-6));
        assertThat(only(prometheus.query(rate(
                        "istio_requests_total{reporter=\"destination\","
                                + "destination_workload_namespace=\"shop\",destination_workload=~\"canary\"%s}",
                        ",response_code!~\"5.*\""))))
                .isCloseTo(GOOD, within(1e-6));
    }

    /** From memory and from Prometheus: everything since the mesh began. */
    private static void assertTheMetricsApiHasTheSame(TestMesh mesh, RunningPrometheus prometheus) throws IOException {
        Readings memory = mesh.aggregator().readings();
        PrometheusSettings settings = new PrometheusSettings(prometheus.url(), null, null, null);
        try (PrometheusReadings scraped = new PrometheusReadings(memory, InstantSource.system(), settings)) {
            await("the same from memory and from Prometheus")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(edges(scraped)).isNotEmpty().isEqualTo(edges(memory)));
        }
    }

    private static Map<Edge, Traffic> edges(Readings readings) {
        Readings.Answer answer = readings.window(Duration.ofMinutes(10));
        assertThat(answer).isInstanceOf(Readings.Answer.Complete.class);
        return ((Readings.Answer.Complete) answer)
                .edges().entrySet().stream()
                        .filter(entry ->
                                entry.getValue().successes() + entry.getValue().failures() > 0)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static void step(TestMesh mesh, int stable, int canary) throws IOException {
        mesh.apply("split.yaml", split("shop", "web", "web", "web-stable=" + stable, "web-canary=" + canary));
        mesh.settle();
    }

    /** Flagger's built-in request-success-rate, in percent. */
    private static String rate(String series, String succeeded) {
        return "sum(rate(" + series.formatted(succeeded) + "[1m])) / sum(rate(" + series.formatted("") + "[1m])) * 100";
    }

    /** The sum of the counters now; NaN while there are none. */
    private static double total(RunningPrometheus prometheus, String series) {
        List<Sample> sum = prometheus.query("sum(" + series + ")");
        return sum.isEmpty() ? Double.NaN : only(sum);
    }

    private static double only(List<Sample> answer) {
        assertThat(answer).hasSize(1);
        return answer.getFirst().value();
    }

    /** As docs/prometheus.md says. */
    private RunningPrometheus scraping(AdminAddress admin) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), admin.token());
        return RunningPrometheus.start(folder, """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: weir-edges
                metrics_path: /metrics/edges
                params: {dialect: ["weir,osm,linkerd,istio"]}
                honor_labels: true
                authorization: {credentials_file: %s}
                static_configs: [{targets: ["%s"]}]
            """.formatted(token, admin.address()));
    }
}
