package io.weir.telemetry.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.report.EdgeReporter.Sidecars;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsApiTest {

    private static final String BASE = "/apis/metrics.smi-spec.io/v1alpha2";
    private static final String WEB = BASE + "/namespaces/shop/deployments/web";

    private static ApiAnswer get(Readings readings, String path, Map<String, String> query) {
        return new MetricsApi(readings, Shop::inventory).answer(new ApiRequest("GET", path, query, null));
    }

    private static ApiAnswer get(String path) {
        return get(Shop.readings(), path, Map.of());
    }

    /** The example of the requirements, byte for byte but for its numbers (4.3). */
    @Test
    void a_deployment_is_written_as_the_sdk_does() {
        assertThat(get(Shop.readings(), WEB, Map.of("t", "1m")).body())
                .matches("\\{\"kind\":\"TrafficMetrics\",\"apiVersion\":\"metrics.smi-spec.io/v1alpha2\","
                        + "\"metadata\":\\{\"name\":\"web\",\"namespace\":\"shop\",\"selfLink\":\"" + WEB + "\","
                        + "\"creationTimestamp\":\"2026-01-01T00:00:00Z\"},\"timestamp\":\"2026-01-01T00:00:00Z\","
                        + "\"window\":\"1m0s\",\"resource\":\\{\"kind\":\"Deployment\",\"namespace\":\"shop\","
                        + "\"name\":\"web\"},\"edge\":\\{\"direction\":\"from\",\"side\":\"server\",\"resource\":null},"
                        + "\"backend\":null,\"metrics\":\\[\\{\"name\":\"p99_response_latency\",\"unit\":\"ms\","
                        + "\"value\":\"\\d+m?\"},\\{\"name\":\"p90_response_latency\",\"unit\":\"ms\","
                        + "\"value\":\"\\d+m?\"},\\{\"name\":\"p50_response_latency\",\"unit\":\"ms\","
                        + "\"value\":\"\\d+m?\"},\\{\"name\":\"success_count\",\"value\":\"\\d+k?\"},"
                        + "\\{\"name\":\"failure_count\",\"value\":\"0\"}]}\n");
    }

    /** The example of the requirements (4.5). */
    @Test
    void what_does_not_exist_is_told_as_kubernetes_does() {
        assertThat(get(BASE + "/namespaces/nowhere/deployments/web"))
                .isEqualTo(new ApiAnswer(
                        404,
                        new TreeMap<>(),
                        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                                + "\"message\":\"deployments.apps \\\"web\\\" not found\",\"reason\":\"NotFound\","
                                + "\"details\":{\"name\":\"web\",\"kind\":\"deployments\"},\"code\":404}\n"));
    }

    /** The example of the requirements (D2). */
    @Test
    void the_group_is_written_as_an_api_server_does() {
        assertThat(get("/apis/metrics.smi-spec.io").body())
                .isEqualTo(
                        "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",\"name\":\"metrics.smi-spec.io\",\"versions\":["
                                + "{\"groupVersion\":\"metrics.smi-spec.io/v1alpha2\",\"version\":\"v1alpha2\"},"
                                + "{\"groupVersion\":\"metrics.smi-spec.io/v1alpha1\",\"version\":\"v1alpha1\"}],"
                                + "\"preferredVersion\":{\"groupVersion\":\"metrics.smi-spec.io/v1alpha2\","
                                + "\"version\":\"v1alpha2\"}}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 1, 1",
        "PT0.001S, 1, 1",
        "PT1S, 1, 1",
        "PT1.001S, 2, 2",
        "PT5S, 5, 5",
        "PT5.001S, 6, 5",
        "PT30S, 30, 5"
    })
    void what_is_not_known_is_no_zero_but_asked_again_later(Duration retryAfter, String seconds, String sleep) {
        Readings restarted = new Shop.Fixed(new Readings.Answer.Incomplete("not long enough here", retryAfter));

        ApiAnswer answer = get(restarted, WEB, Map.of());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsExactly(Map.entry("Retry-After", sleep));
        assertThat(answer.body())
                .contains("\"message\":\"not long enough here\"", "\"reason\":\"ServiceUnavailable\"")
                .contains("\"details\":{\"retryAfterSeconds\":" + seconds + "}");
    }

    @ParameterizedTest
    @CsvSource({
        "shop/deployments/web, 503",
        "shop/deployments/web/edges, 503",
        "shop/pods/web-1, 503",
        "shop/services/web-v1, 503",
        "shop/services/web, 200",
        "shop/deployments/web-v2, 200",
        "shop/trafficsplits/web-canary, 200"
    })
    void of_an_object_no_sidecar_of_which_reports_nothing_is_said(String path, int status) {
        MetricsApi api =
                new MetricsApi(Shop.readings(), Shop::inventory, () -> allMeshedBut(Set.of(), Shop.WEB_1, Shop.WEB_2));

        ApiAnswer answer = api.answer(new ApiRequest("GET", BASE + "/namespaces/" + path, Map.of(), null));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().containsKey("Retry-After")).isEqualTo(status == 503);
    }

    @ParameterizedTest
    @CsvSource({
        "pods, web-1, web-2, gw-1",
        "replicasets, web-7d4, web-7d4, web-7d4",
        "namespaces, db, db, shop",
        "services, web-v1, pg, web"
    })
    void a_list_leaves_out_what_it_would_have_to_guess(String plural, String silentOne, String another, String heard) {
        MetricsApi api = new MetricsApi(
                Shop.readings(),
                Shop::inventory,
                () -> allMeshedBut(Set.of(), Shop.WEB_1, Shop.WEB_2, Shop.NAMESAKE, Shop.DATABASE));
        ApiAnswer answer = api.answer(new ApiRequest("GET", BASE + "/" + plural, Map.of(), null));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .doesNotContain("\"name\":\"" + silentOne + "\"")
                .doesNotContain("\"name\":\"" + another + "\"");
        assertThat(answer.body().contains("\"name\":\"" + heard + "\"")).isEqualTo(!heard.equals(silentOne));
    }

    @ParameterizedTest
    @CsvSource({
        "/namespaces/shop/deployments/nobody, 503",
        "/namespaces/shop/deployments/web/edges, 503",
        "/pods, 503",
        "'', 200",
        "/nothing/like/this/at/all, 404"
    })
    void before_the_cluster_was_read_only_discovery_is_answered(String path, int status) {
        MetricsApi api =
                new MetricsApi(Shop.readings(), Shop::inventory, () -> new Sidecars(Set.of(), Set.of()), () -> false);

        ApiAnswer answer = api.answer(new ApiRequest("GET", BASE + path, Map.of(), null));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().containsKey("Retry-After")).isEqualTo(status == 503);
    }

    @Test
    void what_takes_too_long_is_a_timeout_and_no_zero() {
        Readings slow = new Shop.Fixed(new Readings.Answer.TimedOut(Duration.ofSeconds(8)));

        ApiAnswer answer = get(slow, WEB, Map.of());

        assertThat(answer)
                .isEqualTo(new ApiAnswer(
                        504,
                        new TreeMap<>(),
                        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                                + "\"message\":\"it was not found out within 8s; a shorter window may be\","
                                + "\"reason\":\"Timeout\",\"code\":504}\n"));
    }

    @Test
    void the_window_is_told_as_it_was_asked_for_though_it_began_a_little_early() {
        Readings early =
                new Shop.Fixed(new Readings.Answer.Complete(Shop.END.minusMillis(34_500), Shop.END, Shop.edges()));
        assertThat(get(early, WEB, Map.of("t", "30s")).body()).contains("\"window\":\"30s\"");
    }

    @Test
    void where_no_sidecar_at_all_reports_nothing_is_said_of_splits() {
        MetricsApi api = new MetricsApi(
                Shop.readings(), Shop::inventory, () -> allMeshedBut(Set.of(), Shop.PODS.toArray(Party[]::new)));
        ApiRequest request = new ApiRequest("GET", BASE + "/namespaces/shop/trafficsplits/web-canary", Map.of(), null);
        assertThat(api.answer(request).status()).isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource({
        "/namespaces/shop/deployments/web, 503",
        "/namespaces/shop/services/web-v1, 503",
        "/namespaces/shop/services/web, 200",
        "/namespaces/shop/deployments/web-v2, 200",
        "/namespaces/db, 200",
        "/namespaces/shop/trafficsplits/web-canary, 200"
    })
    void a_pod_without_a_sidecar_is_no_word_of_those_beside_it(String path, int status) {
        MetricsApi api = new MetricsApi(
                Shop.readings(), Shop::inventory, () -> allMeshedBut(Set.of(Shop.WEB_2, Shop.DATABASE), Shop.WEB_1));
        assertThat(api.answer(new ApiRequest("GET", BASE + path, Map.of(), null))
                        .status())
                .isEqualTo(status);
    }

    @Test
    void where_all_sidecars_are_silent_pods_without_one_tell_nothing_of_splits() {
        Set<Party> without = new HashSet<>(Shop.PODS);
        without.remove(Shop.GATEWAY);
        MetricsApi api = new MetricsApi(Shop.readings(), Shop::inventory, () -> allMeshedBut(without, Shop.GATEWAY));
        ApiRequest request = new ApiRequest("GET", BASE + "/namespaces/shop/trafficsplits/web-canary", Map.of(), null);
        assertThat(api.answer(request).status()).isEqualTo(503);
    }

    /** @param without no sidecar */
    private static Sidecars allMeshedBut(Set<Party> without, Party... silent) {
        Set<WorkloadKey> meshed = new HashSet<>(keysOf(Shop.PODS));
        meshed.removeAll(keysOf(without));
        return new Sidecars(meshed, keysOf(List.of(silent)));
    }

    private static Set<WorkloadKey> keysOf(Collection<Party> pods) {
        return pods.stream()
                .map(pod -> new WorkloadKey(pod.namespace(), pod.pod()))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/apis", "/apis/metrics.smi-spec.io", BASE, "/openapi/v2", "/openapi/v3"})
    void what_there_is_can_be_discovered_before_anything_is_known_of_traffic(String path) {
        Readings restarted = new Shop.Fixed(new Readings.Answer.Incomplete("restarted", Duration.ofSeconds(1)));
        assertThat(get(restarted, path, Map.of()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"'', PT30S, 30s", "1s, PT1S, 1s", "24h, PT24H, 24h0m0s", "90s, PT1M30S, 1m30s", "1500ms, PT1.5S, 1.5s"})
    void the_window_is_what_was_asked_for_and_half_a_minute_otherwise(String t, Duration window, String written) {
        List<Duration> asked = new ArrayList<>();
        Readings readings = new Readings() {
            @Override
            public Answer window(Duration one) {
                asked.add(one);
                return new Answer.Complete(Shop.END.minus(one), Shop.END, Map.of());
            }

            @Override
            public Map<Edge, Traffic> totals() {
                return Map.of();
            }
        };

        ApiAnswer answer = get(readings, WEB, t.isEmpty() ? Map.of() : Map.of("t", t));

        assertThat(asked).containsExactly(window);
        assertThat(answer.body()).contains("\"window\":\"" + written + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "999ms", "24h1ms", "-5m", "5", "soon", "5m;"})
    void another_window_is_refused(String t) {
        ApiAnswer answer = get(Shop.readings(), WEB, Map.of("t", t));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"reason\":\"BadRequest\"", "it is '" + t + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/api",
                "/apis/",
                "/apis/apps",
                "/apis/metrics.smi-spec.io/v1",
                "//apis",
                "/v1/apis",
                BASE + "//",
                BASE + "/edges",
                BASE + "/pods/web-1",
                BASE + "/namespaces/shop/",
                BASE + "/namespaces//pods",
                BASE + "/namespaces/shop/nodes",
                BASE + "/namespaces/shop/namespaces",
                BASE + "/namespaces/shop/pods/web-1/edges/more",
                BASE + "/namespaces/shop/pods/web-1/log",
                BASE + "/nodes/n1/pods",
                BASE + "/nodes/n1/edges/more",
                "/openapi/v1",
                "/openapi/v3/apis/metrics.smi-spec.io/v1",
                "/openapi/v3/apis/apps/v1alpha2"
            })
    void a_path_has_one_slash_at_its_end_at_most_and_means_something_or_nothing(String path) {
        boolean means = path.equals("/apis/") || path.endsWith("/namespaces/shop/");
        ApiAnswer answer = get(path);
        assertThat(answer.status()).isEqualTo(means ? 200 : 404);
        if (!means) {
            assertThat(answer.body()).contains("\"reason\":\"NotFound\"", "could not find the requested resource");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void it_is_for_reading_only(String method) {
        ApiAnswer answer =
                new MetricsApi(Shop.readings(), Shop::inventory).answer(new ApiRequest(method, WEB, Map.of(), null));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("Allow", "GET, HEAD");
    }

    @Test
    void head_is_answered_as_get() {
        assertThat(new MetricsApi(Shop.readings(), Shop::inventory).answer(new ApiRequest("HEAD", WEB, Map.of(), null)))
                .isEqualTo(get(WEB));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | 200",
                "'' | 200",
                "*/* | 200",
                "text/html, application/*;q=0.8 | 200",
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json | 200",
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json | 200",
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList | 406",
                "application/vnd.kubernetes.protobuf | 406",
                "application/json;q=0 | 406",
                "text/html | 406"
            })
    void who_takes_plain_json_gets_it(String accept, int status) {
        assertThat(new MetricsApi(Shop.readings(), Shop::inventory)
                        .answer(new ApiRequest("GET", "/apis", Map.of(), accept))
                        .status())
                .isEqualTo(status);
    }
}
