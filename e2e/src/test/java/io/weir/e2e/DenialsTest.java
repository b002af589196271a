package io.weir.e2e;

import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.group;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.target;
import static io.weir.e2e.Manifests.tcpRoute;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.admin.AdminRequest;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.telemetry.denial.DenialsRoute;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code weir authz} lists what real Envoys refused and what they would have, and the command that it names says the same. */
final class DenialsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path home;

    private static String shop(HttpApp web, HttpApp open) {
        return join(
                client("customers", "buyer"),
                client("customers", "thief"),
                client("customers", "newcomer"),
                workload("shop", "web", web.address(), "http:8080", "tcp:9000"),
                service("shop", "web", "web", "http:8080", "tcp:9000"),
                group("shop", "api", "{name: books, pathRegex: /books}"),
                tcpRoute("shop", "raw", 9000),
                target("shop", "buyers", "web", List.of("customers/buyer"), "HTTPRouteGroup/api"),
                target("shop", "raw", "web", List.of("customers/buyer"), "TCPRoute/raw"),
                target("shop", "newcomers", "web", List.of("customers/newcomer"), "HTTPRouteGroup/api")
                        .replace("name: newcomers", "annotations: {weir.io/audit: 'true'}, name: newcomers"),
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: lab, annotations: {weir.io/mode: permissive}}\n",
                workload("lab", "open", open.address(), "http:8080"),
                service("lab", "open", "open", "http:8080"),
                group("lab", "api", "{name: books, pathRegex: /books}"),
                target("lab", "buyers", "open", List.of("customers/buyer"), "HTTPRouteGroup/api"));
    }

    @Test
    void what_was_refused_and_what_would_have_been_is_listed_with_its_reason() throws Exception {
        try (HttpApp web = HttpApp.listening("web", 8080);
                HttpApp open = HttpApp.listening("open", 8080);
                WeirRun weir = WeirRun.start(home, shop(web, open))) {
            assertThat(weir.status("customers/buyer", "http://web.shop:8080/books"))
                    .isEqualTo(200);
            assertThat(weir.status("customers/buyer", "http://open.lab:8080/books"))
                    .isEqualTo(200);
            assertThat(weir.status("customers/thief", "http://web.shop:8080/books?token=secret"))
                    .isEqualTo(403);
            assertThat(weir.status("customers/newcomer", "http://web.shop:8080/books"))
                    .isEqualTo(403);
            assertThat(weir.status("customers/thief", "http://open.lab:8080/admin"))
                    .isEqualTo(200);

            weir.awaiting("all three are told of", () -> denials(weir).size() == 3);

            JsonNode real = of(weir, "thief", "denied");
            assertThat(real.path("reason").asString())
                    .isEqualTo(
                            "no TrafficTarget for shop/web has the source customers/thief; TrafficTarget shop/buyers,"
                                    + " TrafficTarget shop/raw let in customers/buyer; nor would TrafficTarget shop/newcomers,"
                                    + " which is under audit");
            assertThat(real.path("proven").asBoolean()).isTrue();
            assertThat(real.path("audited").asBoolean()).isFalse();
            assertThat(real.path("path").asString()).isEqualTo("/books");
            assertThat(real.toString()).doesNotContain("secret");
            explained(real, false);

            JsonNode audited = of(weir, "newcomer", "denied");
            assertThat(audited.path("audited").asBoolean()).isTrue();
            assertThat(audited.path("reason").asString())
                    .endsWith(
                            "TrafficTarget shop/newcomers (HTTPRouteGroup shop/api#books) would allow it, but is under"
                                    + " audit and lets nobody in");
            explained(audited, false);

            JsonNode wouldBe = of(weir, "thief", "would-be-denied");
            assertThat(wouldBe.path("destination").path("namespace").asString()).isEqualTo("lab");
            assertThat(wouldBe.path("path").asString()).isEqualTo("/admin");
            assertThat(wouldBe.path("reason").asString())
                    .isEqualTo("no TrafficTarget for lab/open has the source customers/thief; TrafficTarget lab/buyers"
                            + " lets in customers/buyer");
            explained(wouldBe, true);

            if (Envoys.underTest().version().compareTo("1.39") >= 0) {
                weir.awaiting(
                        "what would be denied is counted",
                        () -> wouldBeDenied(weir).equals(List.of("customers/thief lab/open 1")));
            }

            WeirRun.Ran table = authz(weir, "-n", "lab");
            assertThat(table.out())
                    .contains("would be denied  customers/thief  lab/open:8080  GET /admin")
                    .doesNotContain("shop/web");
        }
    }

    /** Each edge with what would be denied, and how much. */
    private static List<String> wouldBeDenied(WeirRun weir) throws IOException {
        return weir.ask("/metrics/edges?dialect=weir")
                .lines()
                .filter(line -> line.startsWith("weir_requests_would_be_denied_total{"))
                .map(line -> label(line, "source_namespace") + "/" + label(line, "source_pod") + " "
                        + label(line, "destination_namespace") + "/" + label(line, "destination_pod") + " "
                        + (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
    }

    private static String label(String line, String name) {
        String rest = line.substring(line.indexOf(name + "=\"") + name.length() + 2);
        return rest.substring(0, rest.indexOf('"'));
    }

    @Test
    void a_connection_that_was_refused_is_listed_too() throws Exception {
        String manifests = join(
                client("customers", "buyer"),
                client("customers", "thief"),
                service("shop", "db", "db", "tcp:9000"),
                tcpRoute("shop", "raw", 9000),
                target("shop", "raw", "db", List.of("customers/buyer"), "TCPRoute/raw"));
        try (StreamApp db = StreamApp.listening("db", 9000);
                TestMesh mesh = TestMesh.start(join(manifests, workload("shop", "db", db.address(), "tcp:9000")))) {
            assertThat(mesh.line("customers/buyer", "shop/db", 9000, "hello")).isNotEmpty();
            assertThat(mesh.line("customers/thief", "shop/db", 9000, "hello")).isEmpty();

            AdminRoute route = mesh.aggregator().routes().get(DenialsRoute.NAME);
            AdminRequest all = new AdminRequest("/v1/denials", Map.of(), Map.of());
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                // A sidecar tries more than once to reach a server that closes.
                JsonNode denials = JSON.readTree(route.answer(all).body()).path("denials");
                assertThat(denials.isEmpty()).isFalse();
                for (JsonNode one : denials) {
                    assertThat(one.path("result").asString()).isEqualTo("DENIED");
                    assertThat(one.path("protocol").asString()).isEqualTo("TCP");
                    assertThat(one.path("port").asInt()).isEqualTo(9000);
                    assertThat(one.path("service").asString()).isEqualTo("shop/db");
                    assertThat(one.path("source").path("serviceAccount").asString())
                            .isEqualTo("thief");
                    // Its certificate was refused, so its address tells who it is.
                    assertThat(one.path("proven").asBoolean()).isFalse();
                    assertThat(one.path("reason").asString())
                            .isEqualTo("no TrafficTarget for shop/db has the source customers/thief; TrafficTarget"
                                    + " shop/raw lets in customers/buyer");
                }
            });
        }
    }

    private WeirRun.Ran authz(WeirRun weir, String... options) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("authz", "-f", home.resolve("manifests").toString()));
        words.addAll(List.of(options));
        return weir.weir(words.toArray(String[]::new));
    }

    /** The command that is named says the same as the reason, and whether it passes. */
    private static void explained(JsonNode denial, boolean passes) throws IOException {
        List<String> words = List.of(denial.path("explain").asString().split(" "));
        assertThat(words).startsWith("weir", "explain");
        List<String> command = new ArrayList<>(HeldLauncher.weir());
        command.addAll(words.subList(1, words.size()));
        command.addAll(List.of("-o", "json"));
        Process explain = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonNode explanation = JSON.readTree(explain.getInputStream());
        assertThat(explanation.path("allowed").asBoolean()).isEqualTo(passes);
        assertThat(explanation.path("reason").asString())
                .endsWith(denial.path("reason").asString());
    }

    private JsonNode of(WeirRun weir, String caller, String result) throws IOException {
        return denials(weir)
                .valueStream()
                .filter(one ->
                        one.path("source").path("serviceAccount").asString().equals(caller))
                .filter(one -> one.path("result").asString().equals(result))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode denials(WeirRun weir) throws IOException {
        return JSON.readTree(authz(weir, "-o", "json").out()).path("denials");
    }
}
