package io.weir.smi.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.SmiJson;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Backend;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Edge;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Meta;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Metric;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Reference;
import io.weir.smi.metrics.v1alpha2.TrafficMetricsList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The JSON that clients of the SMI SDK read, byte for byte. */
final class TrafficMetricsJsonTest {

    private static final JsonMapper JSON = SmiJson.mapper();
    private static final String TIME = "2026-01-01T00:00:00Z";
    private static final String BASE = "/apis/metrics.smi-spec.io/";

    @Test
    void a_deployment_reads_as_the_sdk_writes_it() {
        TrafficMetrics metrics = new TrafficMetrics(
                new Meta("web", "shop", BASE + "v1alpha2/namespaces/shop/deployments/web", TIME),
                TIME,
                "1m0s",
                new Reference("Deployment", "shop", "web"),
                new Edge("from", "server", null),
                null,
                List.of(new Metric("p99_response_latency", "ms", "296875m"), new Metric("failure_count", null, "0")));

        String json = JSON.writeValueAsString(metrics);

        assertThat(json)
                .isEqualTo("{\"kind\":\"TrafficMetrics\",\"apiVersion\":\"metrics.smi-spec.io/v1alpha2\","
                        + "\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\","
                        + "\"selfLink\":\"/apis/metrics.smi-spec.io/v1alpha2/namespaces/shop/deployments/web\","
                        + "\"creationTimestamp\":\"2026-01-01T00:00:00Z\"},"
                        + "\"timestamp\":\"2026-01-01T00:00:00Z\",\"window\":\"1m0s\","
                        + "\"resource\":{\"kind\":\"Deployment\",\"namespace\":\"shop\",\"name\":\"web\"},"
                        + "\"edge\":{\"direction\":\"from\",\"side\":\"server\",\"resource\":null},\"backend\":null,"
                        + "\"metrics\":[{\"name\":\"p99_response_latency\",\"unit\":\"ms\",\"value\":\"296875m\"},"
                        + "{\"name\":\"failure_count\",\"value\":\"0\"}]}");
        assertThat(JSON.readValue(json, TrafficMetrics.class)).isEqualTo(metrics);
    }

    @Test
    void a_list_names_what_was_asked_and_is_never_null() {
        TrafficMetricsList list = new TrafficMetricsList(
                new Meta(null, null, BASE + "v1alpha2/namespaces/shop/pods", null),
                new Reference("Pod", "shop", null),
                new TrafficMetricsList.Selector(new TreeMap<>(Map.of("app", "web")), List.of()),
                List.of());

        String json = JSON.writeValueAsString(list);

        assertThat(json)
                .isEqualTo("{\"kind\":\"TrafficMetricsList\",\"apiVersion\":\"metrics.smi-spec.io/v1alpha2\","
                        + "\"metadata\":{\"selfLink\":\"/apis/metrics.smi-spec.io/v1alpha2/namespaces/shop/pods\"},"
                        + "\"resource\":{\"kind\":\"Pod\",\"namespace\":\"shop\"},"
                        + "\"selector\":{\"matchLabels\":{\"app\":\"web\"}},\"items\":[]}");
        assertThat(JSON.readValue(json, TrafficMetricsList.class)).isEqualTo(list);
    }

    @Test
    void the_first_version_has_a_backend_for_splits_only() {
        for (Backend backend : new Backend[] {null, new Backend("web", "web-v1", 90)}) {
            var metrics = new io.weir.smi.metrics.v1alpha1.TrafficMetrics(
                    new Meta("web", "shop", BASE + "v1alpha1/namespaces/shop/trafficsplits/web", TIME),
                    TIME,
                    "30s",
                    new Reference("TrafficSplit", "shop", "web"),
                    new Edge("from", "client", null),
                    backend,
                    List.of());

            String json = JSON.writeValueAsString(metrics);

            assertThat(json.contains("\"backend\":{\"apex\":\"web\",\"name\":\"web-v1\",\"weight\":90}"))
                    .isEqualTo(backend != null);
            assertThat(json.contains("backend")).isEqualTo(backend != null);
            assertThat(json).contains("\"apiVersion\":\"metrics.smi-spec.io/v1alpha1\"");
            assertThat(JSON.readValue(json, io.weir.smi.metrics.v1alpha1.TrafficMetrics.class))
                    .isEqualTo(metrics);
        }
    }
}
