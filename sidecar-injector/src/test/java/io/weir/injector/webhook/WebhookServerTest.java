package io.weir.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.injector.bootstrap.Credential;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.NamespaceView;
import io.weir.injector.smi.ConversionEndpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WebhookServerTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String POD = """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1",
             "operation": "CREATE", "namespace": "%s", "object": {"metadata": {"generateName": "web-"},
               "spec": {"containers": [{"name": "web", "image": "web"}]}}}}
            """;

    private final TestKeys keys = new TestKeys();
    private final Reviews reviews = new Reviews();
    private WebhookServer server;
    private HttpClient client;

    private static NamespaceView namespace(String name) {
        return switch (name) {
            case "shop" -> NamespaceView.enabled(name);
            case "away" -> throw new IllegalStateException("the API server is away");
            default -> new NamespaceView(name, Map.of(), Map.of());
        };
    }

    @BeforeEach
    void start() throws Exception {
        InjectionSettings settings = new InjectionSettings(
                "test",
                new InjectionSettings.Mesh("cluster.local", "weir-system", "127.0.0.1", false, true),
                new InjectionSettings.Images("proxy", "init"),
                true,
                Credential.TOKEN,
                InjectionSettings.Resources.usual());
        server = WebhookServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                keys,
                Map.of(
                        "/inject",
                        new InjectEndpoint(WebhookServerTest::namespace, settings, reviews),
                        "/namespaces",
                        new NamespaceEndpoint(),
                        "/convert",
                        new ConversionEndpoint(),
                        "/broken",
                        review -> {
                            throw new IllegalStateException("secret detail " + review);
                        }));
        client = HttpClient.newBuilder().sslContext(keys.client()).build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(path, "application/json", "POST", BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(String path, String type, String method, HttpRequest.BodyPublisher body)
            throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                        .header("Content-Type", type)
                        .method(method, body)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode response(String path, String body) throws Exception {
        HttpResponse<String> answer = post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode response = JSON.readTree(answer.body()).path("response");
        assertThat(response.path("uid").asString()).isEqualTo("u-1");
        return response;
    }

    @Test
    void a_pod_gets_its_sidecar_as_a_patch() throws Exception {
        JsonNode response = response("/inject", POD.formatted("shop"));

        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("patchType").asString()).isEqualTo("JSONPatch");
        assertThat(new String(Base64.getDecoder().decode(response.path("patch").asString()), StandardCharsets.UTF_8))
                .contains("weir-proxy");
        assertThat(reviews.text()).contains("weir_injector_pods_total{outcome=\"injected\"} 1.0");
    }

    @Test
    void nobody_is_let_in_without_a_sidecar_because_of_a_failure_of_ours() throws Exception {
        JsonNode response = response("/inject", POD.formatted("away"));

        assertThat(response.path("allowed").asBoolean()).isFalse();
        assertThat(response.path("status").path("message").asString())
                .contains("pod away/web-*", "try again")
                .doesNotContain("Exception");
    }

    @Test
    void a_namespaces_label_follows_its_annotation() throws Exception {
        String review = """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1",
                 "operation": "UPDATE", "object": {"metadata": {"name": "shop", %s}},
                 "oldObject": {"metadata": {"name": "shop", %s}}}}
                """;
        String enabled = "\"annotations\": {\"weir.io/inject\": \"enabled\"}";
        String label = "\"labels\": {\"weir.io/inject\": \"enabled\"}";
        String other = "\"labels\": {\"a\": \"b\"}";

        assertThat(patch(review.formatted(enabled, other)))
                .isEqualTo(
                        "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"weir.io/inject\":\"enabled\"}}]");
        assertThat(patch(review.formatted(enabled + ", " + other, other)))
                .isEqualTo("[{\"op\":\"add\",\"path\":\"/metadata/labels/weir.io~1inject\",\"value\":\"enabled\"}]");
        assertThat(patch(review.formatted(enabled + ", " + label, other))).isEmpty();
        assertThat(patch(review.formatted(label, enabled + ", " + label)))
                .isEqualTo("[{\"op\":\"remove\",\"path\":\"/metadata/labels/weir.io~1inject\"}]");
        assertThat(patch(review.formatted(label, label)))
                .as("a person's own label")
                .isEmpty();
        assertThat(patch(review.formatted(enabled, other).replace("shop", "kube-system")))
                .isEmpty();
    }

    private String patch(String review) throws Exception {
        JsonNode response = response("/namespaces", review);
        assertThat(response.path("allowed").asBoolean()).isTrue();
        return new String(Base64.getDecoder().decode(response.path("patch").asString("")), StandardCharsets.UTF_8);
    }

    @Test
    void what_is_no_review_is_told_so() throws Exception {
        assertThat(post("/nowhere", "{}").statusCode()).isEqualTo(404);
        assertThat(send("/inject", "application/json", "GET", BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(405);
        assertThat(send("/inject", "text/plain", "POST", BodyPublishers.ofString("{}"))
                        .statusCode())
                .isEqualTo(415);
        for (String body : new String[] {"", "{", "[]", "null", "{}", "{\"request\": 1}", "\"x\"", "{\"a\": NaN}"}) {
            assertThat(post("/inject", body).statusCode()).as(body).isEqualTo(400);
        }
    }

    @Test
    void bombs_do_nothing() throws Exception {
        assertThat(post("/inject", "[".repeat(1_000_000)).statusCode()).isEqualTo(400);
        assertThat(post("/inject", "{\"a\":".repeat(500_000)).statusCode()).isEqualTo(400);
        assertThat(post("/inject", "1".repeat(5_000_000)).statusCode()).isEqualTo(400);
        String longest = "\"" + "x".repeat(6 << 20) + "\"";
        assertThat(post("/inject", longest).statusCode()).isEqualTo(413);
        assertThat(send(
                                "/inject",
                                "application/json",
                                "POST",
                                BodyPublishers.ofByteArrays(List.of(longest.getBytes(StandardCharsets.UTF_8))))
                        .statusCode())
                .as("of unknown length")
                .isEqualTo(413);

        assertThat(response("/inject", POD.formatted("shop")).path("allowed").asBoolean())
                .isTrue();
    }

    @Test
    void who_sends_slowly_keeps_nobody_from_an_answer() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket =
                        keys.client().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
                slow.add(socket);
                socket.getOutputStream()
                        .write(("POST /inject HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: 1000\r\n\r\n{")
                                .getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(response("/inject", POD.formatted("shop"))
                            .path("allowed")
                            .asBoolean())
                    .isTrue();
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void an_object_as_deep_as_kubernetes_stores_breaks_no_list() throws Exception {
        String deep = "{\"a\":".repeat(9_000) + "1" + "}".repeat(9_000);
        String split = """
                {"apiVersion": "split.smi-spec.io/v1alpha4", "kind": "TrafficSplit", "metadata": {"name": "s"},
                 "spec": {"service": "web", "backends": [{"service": "web-1", "weight": 1}]%s}}
                """;
        HttpResponse<String> answer =
                post("/convert", """
                {"apiVersion": "apiextensions.k8s.io/v1", "kind": "ConversionReview", "request": {"uid": "u-1",
                 "desiredAPIVersion": "split.smi-spec.io/v1alpha2", "objects": [%s, %s]}}
                """.formatted(split.formatted(""), split.formatted(", \"matches\": " + deep)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"Success\"");
    }

    @Test
    void a_bug_is_a_word_to_the_caller_and_no_more() throws Exception {
        HttpResponse<String> answer = post("/broken", "{}");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("secret", "Exception");
    }
}
