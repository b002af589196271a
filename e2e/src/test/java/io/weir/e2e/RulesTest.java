package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.group;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.serviceSelecting;
import static io.weir.e2e.Manifests.split;
import static io.weir.e2e.Manifests.target;
import static io.weir.e2e.Manifests.tcpRoute;
import static io.weir.e2e.Manifests.workload;
import static io.weir.e2e.Manifests.workloadAs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.HttpConnection.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rules of docs/conformance.md that no vector sends traffic for, through real Envoys with mTLS. */
final class RulesTest {

    private static final String WEB = "http://web.shop:8080/";

    /** What a change may take until it binds, from the file to the next request (S22). */
    private static final Duration BUDGET = Duration.ofSeconds(5);

    @Test
    void s1_a_permissive_namespace_ignores_targets_and_still_splits() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                HttpApp v2 = HttpApp.listening("v2", 8080);
                TestMesh mesh = TestMesh.start(join(
                        "apiVersion: v1\nkind: Namespace\n"
                                + "metadata: {name: shop, annotations: {weir.io/mode: permissive}}\n",
                        twoVersions(v1, v2),
                        client("shop", "other"),
                        allowAll("shop", "v2", "shop/other"),
                        split("shop", "web", "web", "web-v1=0", "web-v2=1")))) {
            assertThat(mesh.apps("shop/client", WEB, 20)).isEqualTo(Map.of("v2", 20));
            assertThat(mesh.plaintext("shop/v1", 8080, "GET", "/").status()).isEqualTo(200);
        }
    }

    @Test
    void s7_a_target_without_rules_lets_nobody_in() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "web", app.address(), "http:8080"),
                        service("shop", "web", "web", "http:8080"),
                        client("shop", "client"),
                        target("shop", "t", "web", List.of("shop/client")).replace("v1alpha3", "v1alpha2")))) {
            assertThat(mesh.get("shop/client", WEB).status()).isEqualTo(403);
            assertThat(mesh.diagnostics()).anyMatch(d -> d.contains("TrafficTarget shop/t") && d.contains("rules"));
        }
    }

    @Test
    void s12_a_route_group_grants_requests_on_every_port_and_no_raw_tcp_and_s13_a_tcp_route_grants_http_too()
            throws Exception {
        try (HttpApp web = HttpApp.listening("web", 8080, 9090);
                StreamApp raw = StreamApp.listening("raw", 9000);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "web", web.address(), "http:8080", "http:9090"),
                        service("shop", "web", "web", "http:8080", "http:9090"),
                        workloadAs("shop", "raw", "web", raw.address(), "tcp:9000"),
                        service("shop", "raw", "raw", "tcp:9000"),
                        client("shop", "by-group"),
                        client("shop", "by-tcp"),
                        group("shop", "all", "{name: all}"),
                        tcpRoute("shop", "all"),
                        target("shop", "group", "web", List.of("shop/by-group"), "HTTPRouteGroup/all"),
                        target("shop", "tcp", "web", List.of("shop/by-tcp"), "TCPRoute/all")))) {
            for (String client : List.of("shop/by-group", "shop/by-tcp")) {
                assertThat(mesh.get(client, "http://web.shop:8080/").status()).isEqualTo(200);
                assertThat(mesh.get(client, "http://web.shop:9090/").status()).isEqualTo(200);
            }
            assertThat(mesh.line("shop/by-tcp", "shop/raw", 9000, "GET / HTTP/1.1"))
                    .isEqualTo("raw 9000 GET / HTTP/1.1");
            // S48: what looks like a request is bytes on a port that nobody calls HTTP.
            assertThat(mesh.line("shop/by-group", "shop/raw", 9000, "GET / HTTP/1.1"))
                    .isEmpty();
        }
    }

    @Test
    void s18_a_service_of_two_accounts_is_decided_by_the_workload_that_answers() throws Exception {
        try (HttpApp one = HttpApp.listening("one", 8080);
                HttpApp two = HttpApp.listening("two", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "one", one.address(), "http:8080").replace("{app: one}", "{part: web}"),
                        workload("shop", "two", two.address(), "http:8080").replace("{app: two}", "{part: web}"),
                        serviceSelecting("shop", "web", "part: web", "http:8080"),
                        client("shop", "client"),
                        allowAll("shop", "one", "shop/client")))) {
            Map<String, Integer> answers = answers(mesh, "shop/client", 40);
            assertThat(answers).containsOnlyKeys("200 one", "403");
            assertThat(two.served()).isZero();
        }
    }

    @Test
    void s22_an_edited_route_and_a_deleted_target_bind_an_open_connection() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "web", app.address(), "http:8080"),
                        service("shop", "web", "web", "http:8080"),
                        client("shop", "client")));
                HttpConnection open = mesh.connect("shop/client")) {
            becomes(open, 403);
            mesh.apply("group.yaml", group("shop", "routes", "{name: root, pathRegex: /}"));
            mesh.apply("target.yaml", target("shop", "t", "web", List.of("shop/client"), "HTTPRouteGroup/routes"));
            becomes(open, 200);
            mesh.apply("group.yaml", group("shop", "routes", "{name: root, pathRegex: /elsewhere}"));
            becomes(open, 403);
            mesh.apply("group.yaml", group("shop", "routes", "{name: root, pathRegex: /}"));
            becomes(open, 200);
            mesh.delete("target.yaml");
            becomes(open, 403);
        }
    }

    @Test
    void s27_an_absent_header_never_matches_and_host_is_the_authority() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "web", app.address(), "http:8080"),
                        service("shop", "web", "web", "http:8080"),
                        client("shop", "client"),
                        group(
                                "shop",
                                "routes",
                                "{name: token, headers: {X-Token: \".*\"}}",
                                "{name: host, headers: {Host: \"web\\\\.shop\\\\.svc.*\"}}"),
                        target("shop", "t", "web", List.of("shop/client"), "HTTPRouteGroup/routes")))) {
            assertThat(mesh.status("shop/client")).isEqualTo(403);
            assertThat(mesh.status("shop/client", "x-token: ")).isEqualTo(200);
            assertThat(mesh.status("shop/client", "x-token: anything")).isEqualTo(200);
            assertThat(mesh.get("shop/client", "http://web.shop.svc:8080/").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void s41_tcp_connections_and_udp_sessions_are_split() throws Exception {
        // Permissive, because Envoys before 1.40 don't send UDP from the address by which callers are told.
        try (StreamApp tcp1 = StreamApp.listening("v1", 9000);
                StreamApp tcp2 = StreamApp.listening("v2", 9000);
                DatagramApp udp1 = DatagramApp.listening("v1", 53);
                DatagramApp udp2 = DatagramApp.listening("v2", 53);
                TestMesh mesh = TestMesh.start(join(
                        "apiVersion: v1\nkind: Namespace\n"
                                + "metadata: {name: shop, annotations: {weir.io/mode: permissive}}\n",
                        workload("shop", "tcp1", tcp1.address(), "tcp:9000"),
                        workload("shop", "tcp2", tcp2.address(), "tcp:9000"),
                        workload("shop", "udp1", udp1.address(), "udp:53"),
                        workload("shop", "udp2", udp2.address(), "udp:53"),
                        serviceSelecting("shop", "lines", "app: none", "tcp:9000"),
                        serviceSelecting("shop", "names", "app: none", "udp:53"),
                        service("shop", "tcp1", "tcp1", "tcp:9000"),
                        service("shop", "tcp2", "tcp2", "tcp:9000"),
                        service("shop", "udp1", "udp1", "udp:53"),
                        service("shop", "udp2", "udp2", "udp:53"),
                        client("shop", "client"),
                        split("shop", "lines", "lines", "tcp1=75", "tcp2=25"),
                        split("shop", "names", "names", "udp1=75", "udp2=25")))) {
            Map<String, Integer> lines = new TreeMap<>();
            Map<String, Integer> names = new TreeMap<>();
            for (int i = 0; i < 400; i++) {
                lines.merge(mesh.line("shop/client", "shop/lines", 9000, "x"), 1, Integer::sum);
                names.merge(mesh.datagram("shop/client", "shop/names", 53, "x"), 1, Integer::sum);
            }
            for (Map.Entry<String, Map<String, Integer>> of :
                    Map.of("9000", lines, "53", names).entrySet()) {
                assertThat(of.getValue()).containsOnlyKeys("v1 " + of.getKey() + " x", "v2 " + of.getKey() + " x");
                // Of 400, 300 are four standard deviations of 35 away from what would pass by chance.
                assertThat(of.getValue().get("v1 " + of.getKey() + " x")).isCloseTo(300, within(35));
            }
        }
    }

    @Test
    void s43_and_s39_a_backend_that_denies_answers_403_for_its_share() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                HttpApp v2 = HttpApp.listening("v2", 8080);
                TestMesh mesh = TestMesh.start(join(
                        twoVersions(v1, v2),
                        client("customers", "buyer"),
                        allowAll("shop", "v1", "customers/buyer"),
                        group("shop", "canary", "{name: canary, headers: {x-canary: \"yes\"}}"),
                        split("shop", "web", "web", "web-v1=1", "web-v2=1"),
                        split("shop", "canary", "web", "web-v2=1")
                                .replace(
                                        "service: web\n",
                                        "service: web\n  matches: [{kind: HTTPRouteGroup, name: canary}]\n")))) {
            assertThat(answers(mesh, "customers/buyer", 60)).containsOnlyKeys("200 v1", "403");
            assertThat(mesh.get("customers/buyer", WEB, "x-canary: yes").status())
                    .isEqualTo(403);
            assertThat(v2.served()).isZero();
            assertThat(mesh.diagnostics()).anyMatch(d -> d.contains("TrafficSplit shop/web") && d.contains("web-v2"));
        }
    }

    @Test
    void s44_a_deleted_split_leaves_the_root_to_itself() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                HttpApp v2 = HttpApp.listening("v2", 8080);
                TestMesh mesh = TestMesh.start(join(
                        twoVersions(v1, v2),
                        allowAll("shop", "v1", "shop/client"),
                        allowAll("shop", "v2", "shop/client")))) {
            assertThat(mesh.apps("shop/client", WEB, 40)).containsOnlyKeys("v1", "v2");
            mesh.apply("split.yaml", split("shop", "web", "web", "web-v1=0", "web-v2=1"));
            mesh.settle();
            assertThat(mesh.apps("shop/client", WEB, 40)).isEqualTo(Map.of("v2", 40));
            mesh.delete("split.yaml");
            mesh.settle();
            assertThat(mesh.apps("shop/client", WEB, 40)).containsOnlyKeys("v1", "v2");
        }
    }

    /** A root {@code web} that selects both versions, a Service for each, and a client. */
    private static String twoVersions(HttpApp v1, HttpApp v2) {
        return join(
                workload("shop", "v1", v1.address(), "http:8080").replace("{app: v1}", "{app: v1, part: web}"),
                workload("shop", "v2", v2.address(), "http:8080").replace("{app: v2}", "{app: v2, part: web}"),
                serviceSelecting("shop", "web", "part: web", "http:8080"),
                service("shop", "web-v1", "v1", "http:8080"),
                service("shop", "web-v2", "v2", "http:8080"),
                client("shop", "client"));
    }

    /** How often each answer came: its status, and of a 200 the app's name. */
    private static Map<String, Integer> answers(TestMesh mesh, String from, int requests) throws Exception {
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            Answer answer = mesh.get(from, WEB);
            answers.merge(answer.status() == 200 ? "200 " + answer.app() : answer.status() + "", 1, Integer::sum);
        }
        return answers;
    }

    private static void becomes(HttpConnection open, int status) {
        await("status " + status)
                .atMost(BUDGET)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> open.send("GET", WEB, "web.shop:8080", List.of()).status() == status);
    }
}
