package io.weir.e2e.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What a sidecar's health and metrics ports answer, and what they don't. */
class HealthAndMetricsTest {

    private static final String PLAIN = "{metadata: {name: web}, spec: {containers: [{name: web, image: shop/web}]}}";

    private final String podIp = Apps.podIp();

    @TempDir
    private Path folder;

    @Test
    void ready_is_what_envoy_says_of_itself() throws Exception {
        try (RunningProxy proxy = RunningProxy.alone(InjectedPod.of(PLAIN), podIp, folder)) {
            assertThat(proxy.health("/ready").status()).isEqualTo(200);
            proxy.admin("/healthcheck/fail");
            assertThat(proxy.health("/ready").status()).isEqualTo(503);
            proxy.admin("/healthcheck/ok");
            assertThat(proxy.health("/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void a_sidecar_without_configuration_is_not_ready() throws Exception {
        try (RunningProxy proxy = RunningProxy.waiting(InjectedPod.of(PLAIN), podIp, folder)) {
            assertThatThrownBy(() -> proxy.health("/ready")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void nothing_else_of_the_admin_api_is_reachable() throws Exception {
        try (RunningProxy proxy = RunningProxy.alone(InjectedPod.of(PLAIN), podIp, folder)) {
            for (int port : List.of(Sidecar.HEALTH_PORT, Sidecar.METRICS_PORT)) {
                for (String path : List.of(
                        "/",
                        "/quitquitquit",
                        "/config_dump",
                        "/stats",
                        "/stats/prometheus",
                        "/clusters",
                        "/ready?x",
                        "/ready/../config_dump",
                        "/ready%2f..%2fconfig_dump",
                        "//config_dump",
                        "/metrics/../quitquitquit")) {
                    for (String method : List.of("GET", "POST")) {
                        assertThat(Answer.of(podIp, port, method, path).status())
                                .as("%s %s at %s", method, path, port)
                                .isEqualTo(404);
                    }
                }
            }
            assertThat(Answer.of(podIp, Sidecar.HEALTH_PORT, "POST", "/ready").status())
                    .isEqualTo(404);
            assertThat(Answer.of(podIp, Sidecar.METRICS_PORT, "POST", "/metrics")
                            .status())
                    .isEqualTo(404);
            assertThat(proxy.health("/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void metrics_of_the_app_are_beside_the_sidecars() throws Exception {
        HttpServer app = Apps.http(
                podIp, 0, request -> request.startsWith("/stats?all=1 ") ? "200 app_orders_total 7" : "404 none");
        try (RunningProxy proxy = RunningProxy.alone(scraped(app.getAddress().getPort()), podIp, folder)) {
            Answer up = proxy.metrics();
            assertThat(up.status()).isEqualTo(200);
            assertThat(up.head()).contains("content-type: text/plain; version=0.0.4");
            assertThat(up.body().lines())
                    .contains("app_orders_total 7", "weir_app_metrics_up 1", "envoy_server_live{} 1")
                    .allMatch(line -> line.isEmpty() || line.startsWith("#") || line.matches("\\S.* \\S+"));
            app.stop(0);
            assertThat(proxy.metrics().body().lines())
                    .contains("weir_app_metrics_up 0", "envoy_server_live{} 1")
                    .noneMatch(line -> line.startsWith("app_"));
        } finally {
            app.stop(0);
        }
    }

    @Test
    void metrics_of_an_app_over_https_are_taken_without_verifying_it() throws Exception {
        HttpServer app = Apps.https(podIp, 0, _ -> "200 app_orders_total 7");
        try (RunningProxy proxy =
                RunningProxy.alone(scraped(app.getAddress().getPort(), "prometheus.io/scheme: https"), podIp, folder)) {
            assertThat(proxy.metrics().body()).contains("\napp_orders_total 7\n");
        } finally {
            app.stop(0);
        }
    }

    @Test
    void an_app_that_shows_no_metrics_has_its_sidecars_alone() throws Exception {
        try (RunningProxy proxy = RunningProxy.alone(InjectedPod.of(PLAIN), podIp, folder)) {
            assertThat(proxy.metrics().body()).contains("envoy_server_live").doesNotContain("weir_app_metrics_up");
        }
    }

    private static ObjectNode scraped(int port, String... more) {
        return InjectedPod.of("""
                metadata:
                  name: web
                  annotations: {prometheus.io/scrape: "true", prometheus.io/port: "%d", prometheus.io/path: '/stats?all=1'%s}
                spec: {containers: [{name: web, image: shop/web}]}
                """.formatted(port, more.length == 0 ? "" : ", " + String.join(", ", more)));
    }
}
