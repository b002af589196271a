package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.standalone.AdminAddress;
import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Counted requests through real sidecars, and what the aggregator says of them. */
final class TelemetryTest {

    private static final String WEB = "http://web.shop:8080/";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static boolean envoyCounts() throws Exception {
        return !Envoys.underTest().version().equals(EnvoyInstall.OLDEST_VERSION);
    }

    private static Map<String, Long> byDestination(Map<Edge, Traffic> edges, Reporter reporter) {
        Map<String, Long> counts = new HashMap<>();
        edges.forEach((edge, traffic) -> {
            if (edge.reporter() == reporter) {
                counts.merge(
                        edge.source().pod() + " to " + edge.destination().pod(),
                        traffic.successes() + traffic.failures(),
                        Long::sum);
            }
        });
        return counts;
    }

    /** What the SMI metrics API says of the last five minutes. */
    private static int successes(AdminAddress admin, String resource) throws Exception {
        URI uri = URI.create("http://" + admin.address() + "/apis/metrics.smi-spec.io/v1alpha2/namespaces/shop/"
                + resource + "?t=5m");
        try (HttpClient client = HttpClient.newHttpClient()) {
            String body = client.send(
                            HttpRequest.newBuilder(uri)
                                    .header("authorization", "Bearer " + admin.token())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            for (JsonNode metric : JsonMapper.builder().build().readTree(body).path("metrics")) {
                if (metric.path("name").asString().equals("success_count")) {
                    return Integer.parseInt(metric.path("value").asString());
                }
            }
            throw new AssertionError(body);
        }
    }

    /** How the requests to this pod ended, as this end tells. */
    private static Map<Outcome, Long> outcomes(TestMesh mesh, Reporter reporter, String pod) {
        Map<Outcome, Long> outcomes = new HashMap<>();
        mesh.aggregator().readings().totals().forEach((edge, traffic) -> {
            if (edge.reporter() == reporter && pod.equals(edge.destination().pod())) {
                traffic.requests().forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
            }
        });
        return outcomes;
    }

    private static void assertThatEdgesAreUnavailable(TestMesh mesh, String server) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(mesh.aggregator().silent())
                        .contains(new WorkloadKey("shop", "client"), new WorkloadKey("shop", server)));
        assertThat(mesh.aggregator().readings().totals()).isEmpty();
    }

    private static Map<Edge, Traffic> whole(Readings readings, Duration window) {
        Answer answer = readings.window(window);
        assertThat(answer).isInstanceOf(Answer.Complete.class);
        return ((Answer.Complete) answer).edges();
    }

    @Test
    void both_sidecars_of_every_edge_tell_exactly_what_went_over_it() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh = TestMesh.start(apps.manifests())) {
            Map<String, Integer> answered = mesh.apps("shop/client", WEB, 60);
            Readings readings = mesh.aggregator().readings();
            if (!envoyCounts()) {
                assertThatEdgesAreUnavailable(mesh, "v1");
                return;
            }
            Map<String, Long> expected = new HashMap<>();
            answered.forEach((app, count) -> expected.put("client to " + app, (long) count));
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(byDestination(readings.totals(), Reporter.SOURCE)).isEqualTo(expected);
                assertThat(byDestination(readings.totals(), Reporter.DESTINATION))
                        .isEqualTo(expected);
            });

            Map<Edge, Traffic> edges = whole(readings, Duration.ofMinutes(5));
            assertThat(edges).isEqualTo(readings.totals());
            for (Map.Entry<String, Integer> app : answered.entrySet()) {
                assertThat(successes(mesh.controlPlane().adminAddress(), "deployments/" + app.getKey()))
                        .isEqualTo(app.getValue());
            }
            edges.forEach((edge, traffic) -> {
                assertThat(edge.mtls()).isTrue();
                assertThat(edge.destination().workload()).isNotNull();
                assertThat(traffic.requests()).containsOnlyKeys(new Outcome(200, Outcome.NOT_GRPC));
                assertThat(traffic.latencies().count()).isEqualTo(traffic.successes());
                if (edge.reporter() == Reporter.SOURCE) {
                    assertThat(edge.service()).isEqualTo(new ServiceKey("shop", "web"));
                }
            });
        }
    }

    @Test
    void an_aggregator_that_was_restarted_says_what_it_cannot_know_until_it_can() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh = TestMesh.start(apps.manifests())) {
            mesh.apps("shop/client", WEB, 20);
            if (!envoyCounts()) {
                mesh.restartControlPlane();
                mesh.apps("shop/client", WEB, 20);
                assertThatEdgesAreUnavailable(mesh, "v1");
                return;
            }
            await().atMost(PATIENCE)
                    .until(() -> byDestination(mesh.aggregator().readings().totals(), Reporter.SOURCE).values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum()
                            == 20);

            mesh.restartControlPlane();
            Readings readings = mesh.aggregator().readings();
            assertThat(readings.window(Duration.ofSeconds(20))).isInstanceOf(Answer.Incomplete.class);
            await().atMost(PATIENCE).until(() -> readings.window(Duration.ofSeconds(20)) instanceof Answer.Complete);
            assertThat(byDestination(readings.totals(), Reporter.SOURCE).values())
                    .containsOnly(0L);

            mesh.apps("shop/client", WEB, 30);
            await().atMost(PATIENCE).untilAsserted(() -> {
                Map<Edge, Traffic> edges = whole(readings, Duration.ofSeconds(15));
                for (Reporter reporter : Reporter.values()) {
                    assertThat(byDestination(edges, reporter).values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum())
                            .isEqualTo(30);
                }
            });
            assertThat(readings.window(Duration.ofMinutes(5))).isInstanceOf(Answer.Incomplete.class);
        }
    }

    @Test
    void m7_not_found_is_a_success_and_a_reset_by_the_app_or_its_caller_a_failure() throws Exception {
        try (HttpApp web = HttpApp.listening("web", 8080);
                ResettingApp broken = ResettingApp.listening(8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "web", web.address(), "http:8080"),
                        workload("shop", "broken", broken.address(), "http:8080"),
                        service("shop", "web", "web", "http:8080"),
                        service("shop", "broken", "broken", "http:8080"),
                        client("shop", "client"),
                        allowAll("shop", "web", "shop/client"),
                        allowAll("shop", "broken", "shop/client")))) {
            web.answerWith(404);
            for (int i = 0; i < 3; i++) {
                assertThat(mesh.get("shop/client", WEB).status()).isEqualTo(404);
                assertThat(mesh.get("shop/client", "http://broken.shop:8080/").status())
                        .isEqualTo(503);
            }
            if (!envoyCounts()) {
                assertThatEdgesAreUnavailable(mesh, "web");
                return;
            }
            web.takes(Duration.ofSeconds(2));
            try (Socket caller = new Socket()) {
                caller.connect(mesh.proxy("shop/client"));
                caller.getOutputStream()
                        .write(("GET " + WEB + " HTTP/1.1\r\nHost: web.shop:8080\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                await("it has reached the app").atMost(PATIENCE).until(() -> web.served() == 4);
            }
            for (Reporter reporter : Reporter.values()) {
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(outcomes(mesh, reporter, "web"))
                            .isEqualTo(Map.of(
                                    new Outcome(404, Outcome.NOT_GRPC), 3L, new Outcome(0, Outcome.NOT_GRPC), 1L));
                    assertThat(outcomes(mesh, reporter, "broken"))
                            .isEqualTo(Map.of(new Outcome(503, Outcome.NOT_GRPC), 3L));
                });
            }
            assertThat(successes(mesh.controlPlane().adminAddress(), "deployments/web"))
                    .isEqualTo(3);
            assertThat(successes(mesh.controlPlane().adminAddress(), "deployments/broken"))
                    .isZero();
        }
    }
}
