package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.serviceSelecting;
import static io.weir.e2e.Manifests.split;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.standalone.AdminAddress;
import io.weir.smi.wellknown.EdgeStats;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The SMI metrics API of a running mesh tells what its callers saw, request by request. */
final class GoldenMetricsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration WORK = Duration.ofMillis(40);
    private static final String SHOP = "/apis/metrics.smi-spec.io/v1alpha2/namespaces/shop";
    private static final String OTHER = "/apis/metrics.smi-spec.io/v1alpha2/namespaces/other";

    private final JsonMapper json = JsonMapper.builder().build();

    /** How many succeeded and how many failed. */
    private record Count(long successes, long failures) {}

    @Test
    void every_path_gives_the_counts_that_the_callers_saw() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                HttpApp v2 = HttpApp.listening("v2", 8080);
                HttpClient http = HttpClient.newHttpClient();
                TestMesh mesh = TestMesh.start(manifests(v1, v2))) {
            v1.takes(WORK);
            Asking asking = new Asking(http, mesh.controlPlane().adminAddress());
            if (mesh.status().proxies().stream().anyMatch(proxy -> !"edges".equals(proxy.telemetry()))) {
                await("nothing is said, rather than zeros, of sidecars that can't count")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(300))
                        .until(() -> asking.ask(SHOP + "/deployments/v1").statusCode() == 503
                                && asking.ask(SHOP + "/deployments/v1").body().contains("no sidecar of it reports"));
                return;
            }
            await("every sidecar has told something")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> asking.ask(SHOP + "?t=1s").statusCode() == 200);

            List<Long> milliseconds = new ArrayList<>();
            Map<String, Integer> ofSplit = load(mesh, milliseconds);
            Map<String, Integer> direct = mesh.apps("other/buyer", "http://web-v1.shop:8080/", 40);
            for (int i = 0; i < 5; i++) {
                assertThat(mesh.get("shop/thief", "http://web-v2.shop:8080/").status())
                        .isEqualTo(403);
            }
            v2.answerWith(500);
            for (int i = 0; i < 30; i++) {
                assertThat(mesh.get("shop/client", "http://web-v2.shop:8080/").status())
                        .isEqualTo(500);
            }

            int a = ofSplit.getOrDefault("v1", 0);
            int b = ofSplit.getOrDefault("v2", 0);
            assertThat(direct).isEqualTo(Map.of("v1", 40));
            Count both = new Count(a + 40 + b + 5, 30);
            await("all of it has been told")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(300))
                    .untilAsserted(() -> {
                        assertThat(asking.count(SHOP)).isEqualTo(both);
                        assertThat(asking.items(SHOP + "/deployments/client/edges"))
                                .isEqualTo(Map.of(
                                        "to Deployment shop/v1", new Count(a, 0),
                                        "to Deployment shop/v2", new Count(b, 30)));
                        assertThat(asking.items(OTHER + "/edges"))
                                .isEqualTo(Map.of("to Namespace shop", new Count(40, 0)));
                    });

            assertPods(asking, a, b);
            assertServices(asking, a, b);
            assertEdges(asking, a, b);
            assertLatencies(asking.get(SHOP + "/deployments/v1"), milliseconds);
        }
    }

    /** What each received, by pod and by workload. */
    private static void assertPods(Asking asking, int a, int b) throws IOException, InterruptedException {
        for (String kind : List.of("pods", "deployments")) {
            assertThat(asking.count(SHOP + "/" + kind + "/v1")).isEqualTo(new Count(a + 40, 0));
            assertThat(asking.count(SHOP + "/" + kind + "/v2")).isEqualTo(new Count(b + 5, 30));
            assertThat(asking.count(SHOP + "/" + kind + "/client")).isEqualTo(new Count(0, 0));
        }
    }

    /** What Services and the backends of the split received. */
    private static void assertServices(Asking asking, int a, int b) throws IOException, InterruptedException {
        assertThat(asking.count(SHOP + "/services/web")).isEqualTo(new Count(a + 40 + b + 5, 30));
        assertThat(asking.count(SHOP + "/services/web-v1")).isEqualTo(new Count(a + 40, 0));
        assertThat(asking.count(SHOP + "/services/web-v2")).isEqualTo(new Count(b + 5, 30));
        assertThat(asking.count(OTHER)).isEqualTo(new Count(0, 0));
        assertThat(asking.items(SHOP + "/trafficsplits/web"))
                .isEqualTo(Map.of(
                        "web-v1 90", new Count(a, 0), "web-v2 10", new Count(b, 0), "web-v3 0", new Count(0, 0)));
    }

    /** Who called whom. */
    private static void assertEdges(Asking asking, int a, int b) throws IOException, InterruptedException {
        assertThat(asking.items(SHOP + "/pods/v1/edges"))
                .isEqualTo(Map.of("from Pod shop/client", new Count(a, 0), "from Pod other/buyer", new Count(40, 0)));
        assertThat(asking.items(SHOP + "/pods/v2/edges"))
                .isEqualTo(Map.of("from Pod shop/client", new Count(b, 30), "from Pod shop/thief", new Count(5, 0)));
        assertThat(asking.items(SHOP + "/edges"))
                .isEqualTo(Map.of(
                        "from Namespace other", new Count(40, 0),
                        "from Namespace shop", new Count(a + b + 5, 30),
                        "to Namespace shop", new Count(a + b + 5, 30)));
    }

    private static String manifests(HttpApp v1, HttpApp v2) {
        return join(
                workload("shop", "v1", v1.address(), "http:8080").replace("{app: v1}", "{app: v1, part: web}"),
                workload("shop", "v2", v2.address(), "http:8080").replace("{app: v2}", "{app: v2, part: web}"),
                serviceSelecting("shop", "web", "part: web", "http:8080"),
                service("shop", "web-v1", "v1", "http:8080"),
                service("shop", "web-v2", "v2", "http:8080"),
                client("shop", "client"),
                client("shop", "thief"),
                client("other", "buyer"),
                allowAll("shop", "v1", "shop/client", "other/buyer"),
                allowAll("shop", "v2", "shop/client"),
                split("shop", "web", "web", "web-v1=90", "web-v2=10", "web-v3=0"));
    }

    /** Requests to the root of the split; adds what each one to v1 took. */
    private static Map<String, Integer> load(TestMesh mesh, List<Long> milliseconds) throws IOException {
        Map<String, Integer> apps = new TreeMap<>();
        try (HttpConnection connection = mesh.connect("shop/client")) {
            for (int i = 0; i < 100; i++) {
                long begun = System.nanoTime();
                HttpConnection.Answer answer =
                        connection.send("GET", "http://web.shop:8080/", "web.shop:8080", List.of());
                assertThat(answer.status()).isEqualTo(200);
                apps.merge(answer.app(), 1, Integer::sum);
                if (answer.app().equals("v1")) {
                    milliseconds.add((System.nanoTime() - begun) / 1_000_000);
                }
            }
        }
        return apps;
    }

    /** The median is in the bucket of the callers' median, or in the one beside it. */
    private static void assertLatencies(JsonNode metrics, List<Long> milliseconds) {
        Collections.sort(milliseconds);
        long seen = milliseconds.get(milliseconds.size() / 2);
        JsonNode median = metrics.get("metrics").get(2);
        assertThat(median.get("name").asString()).isEqualTo("p50_response_latency");
        double told = quantity(median.get("value").asString());
        assertThat(Math.abs(bucket(told) - bucket((double) seen)))
                .as("%s ms told, %s ms seen", told, seen)
                .isLessThanOrEqualTo(1);
        assertThat(told).isGreaterThan(30);
    }

    private static long bucket(double milliseconds) {
        return EdgeStats.LATENCY_BUCKETS_MS.stream()
                .filter(bound -> bound < milliseconds)
                .count();
    }

    private static double quantity(String text) {
        String digits = text.replaceAll("[mk]$", "");
        double number = Double.parseDouble(digits);
        return text.endsWith("m") ? number / 1000 : text.endsWith("k") ? number * 1000 : number;
    }

    /** Asks the admin API as the owner of the mesh. */
    private final class Asking {

        private final HttpClient client;
        private final AdminAddress admin;

        Asking(HttpClient client, AdminAddress admin) {
            this.client = client;
            this.admin = admin;
        }

        HttpResponse<String> ask(String path) throws IOException, InterruptedException {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://" + admin.address() + path))
                            .header("authorization", "Bearer " + admin.token())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        JsonNode get(String path) throws IOException, InterruptedException {
            HttpResponse<String> response = ask(path + "?t=30s");
            assertThat(response.statusCode())
                    .as("%s: %s", path, response.body())
                    .isEqualTo(200);
            return json.readTree(response.body());
        }

        Count count(String path) throws IOException, InterruptedException {
            return of(get(path));
        }

        /** By direction and peer, or by backend and weight. */
        Map<String, Count> items(String path) throws IOException, InterruptedException {
            Map<String, Count> items = new TreeMap<>();
            for (JsonNode item : get(path).get("items")) {
                Count before = items.put(key(item), of(item));
                assertThat(before).as("two items %s", key(item)).isNull();
            }
            return items;
        }

        private static String key(JsonNode item) {
            JsonNode backend = item.get("backend");
            if (!backend.isNull()) {
                return backend.get("name").asString() + " " + backend.get("weight");
            }
            JsonNode peer = item.get("edge").get("resource");
            String namespace = peer.has("namespace") ? peer.get("namespace").asString() + "/" : "";
            return item.get("edge").get("direction").asString() + " "
                    + peer.get("kind").asString() + " " + namespace
                    + peer.get("name").asString();
        }

        private static Count of(JsonNode item) {
            JsonNode metrics = item.get("metrics");
            return new Count((long) quantity(metrics.get(3).get("value").asString()), (long)
                    quantity(metrics.get(4).get("value").asString()));
        }
    }
}
