package io.weir.e2e;

import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.group;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.target;
import static io.weir.e2e.Manifests.tcpRoute;
import static io.weir.e2e.Manifests.udpRoute;
import static io.weir.e2e.Manifests.workload;
import static io.weir.e2e.Manifests.workloadAs;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Mode;
import io.weir.smi.convert.Conversion;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The access-control vectors V1..V12 of SMI, each with requests through real Envoys with mTLS. */
final class AccessVectorsTest {

    private static final String EVERYTHING = "{name: everything, pathRegex: \".*\", methods: [\"*\"]}";

    @Test
    void v1_each_client_gets_its_own_route_on_its_own_port() throws Exception {
        try (HttpApp app = HttpApp.listening("api-service", 8080, 9090);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "api-service", app.address(), "http:8080", "http:9090"),
                        service("shop", "api", "api-service", "http:8080", "http:9090"),
                        client("shop", "website"),
                        client("shop", "payments"),
                        client("shop", "prometheus"),
                        tcpRoute("shop", "port", 8080),
                        group(
                                "shop",
                                "routes",
                                "{name: api, pathRegex: /api, methods: [\"*\"]}",
                                "{name: metrics, pathRegex: /metrics, methods: [GET]}"),
                        target(
                                "shop",
                                "metrics",
                                "api-service",
                                List.of("shop/prometheus"),
                                "TCPRoute/port",
                                "HTTPRouteGroup/routes#metrics"),
                        target(
                                "shop",
                                "api",
                                "api-service",
                                List.of("shop/website", "shop/payments"),
                                "TCPRoute/port",
                                "HTTPRouteGroup/routes#api")))) {
            for (String client : List.of("shop/website", "shop/payments")) {
                assertThat(mesh.send(client, "GET", "http://api.shop:8080/api").status())
                        .isEqualTo(200);
                assertThat(mesh.send(client, "DELETE", "http://api.shop:8080/api/orders")
                                .status())
                        .isEqualTo(200);
                assertThat(mesh.send(client, "GET", "http://api.shop:8080/metrics")
                                .status())
                        .isEqualTo(403);
                assertThat(mesh.send(client, "GET", "http://api.shop:9090/api").status())
                        .isEqualTo(403);
            }
            assertThat(mesh.send("shop/prometheus", "GET", "http://api.shop:8080/metrics/cpu")
                            .status())
                    .isEqualTo(200);
            assertThat(mesh.send("shop/prometheus", "POST", "http://api.shop:8080/metrics")
                            .status())
                    .isEqualTo(403);
            assertThat(mesh.send("shop/prometheus", "GET", "http://api.shop:8080/api")
                            .status())
                    .isEqualTo(403);
            assertThat(mesh.send("shop/prometheus", "GET", "http://api.shop:9090/metrics")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void v2_tcp_and_udp_ports_are_granted_apart() throws Exception {
        try (StreamApp tcp = StreamApp.listening("consul", 8300, 8301, 8302, 8303);
                DatagramApp udp = DatagramApp.listening("consul-udp", 8300, 8301, 8302);
                TestMesh mesh = TestMesh.start(join(
                        workloadAs(
                                "shop",
                                "consul",
                                "consul",
                                tcp.address(),
                                "tcp:8300",
                                "tcp:8301",
                                "tcp:8302",
                                "tcp:8303"),
                        service("shop", "consul", "consul", "tcp:8300", "tcp:8301", "tcp:8302", "tcp:8303"),
                        workloadAs("shop", "consul-udp", "consul", udp.address(), "udp:8300", "udp:8301", "udp:8302"),
                        service("shop", "consul-udp", "consul-udp", "udp:8300", "udp:8301", "udp:8302"),
                        client("shop", "agent"),
                        client("shop", "other"),
                        tcpRoute("shop", "tcp", 8300, 8301, 8302),
                        udpRoute("shop", "udp", 8301, 8302),
                        target("shop", "gossip", "consul", List.of("shop/agent"), "TCPRoute/tcp", "UDPRoute/udp")))) {
            for (int port : List.of(8300, 8301, 8302)) {
                assertThat(mesh.line("shop/agent", "shop/consul", port, "hello"))
                        .isEqualTo("consul " + port + " hello");
                assertThat(mesh.line("shop/other", "shop/consul", port, "hello"))
                        .isEmpty();
            }
            assertThat(mesh.line("shop/agent", "shop/consul", 8303, "hello")).isEmpty();
            // An Envoy that sends UDP from another address than the sidecar's fails closed, and weir run says so.
            boolean tellsCallers = Envoys.underTest().bindsDatagrams();
            assertThat(mesh.datagram("shop/agent", "shop/consul-udp", 8301, "hi"))
                    .isEqualTo(tellsCallers ? "consul-udp 8301 hi" : "");
            assertThat(mesh.datagram("shop/agent", "shop/consul-udp", 8302, "hi"))
                    .isEqualTo(tellsCallers ? "consul-udp 8302 hi" : "");
            assertThat(mesh.complaints())
                    .filteredOn(line -> line.startsWith("UDP to shop/consul-udp:8300 and 2 more is denied"))
                    .hasSize(tellsCallers ? 0 : 1);
            assertThat(mesh.datagram("shop/agent", "shop/consul-udp", 8300, "hi"))
                    .isEmpty();
            assertThat(mesh.datagram("shop/other", "shop/consul-udp", 8301, "hi"))
                    .isEmpty();
        }
    }

    @Test
    void udp_in_permissive_mode_passes_on_every_envoy() throws Exception {
        try (DatagramApp app = DatagramApp.listening("dns", 5353);
                TestMesh mesh = TestMesh.start(
                        join(
                                workload("shop", "dns", app.address(), "udp:5353"),
                                service("shop", "dns", "dns", "udp:5353"),
                                client("shop", "client")),
                        Mode.PERMISSIVE)) {
            assertThat(mesh.datagram("shop/client", "shop/dns", 5353, "hi")).isEqualTo("dns 5353 hi");
            assertThat(mesh.complaints()).isEmpty();
        }
    }

    @Test
    void v3_a_rule_without_matches_means_every_match_of_the_group() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        web(app),
                        group("shop", "routes", "{name: a, pathRegex: /a}", "{name: b, pathRegex: /b}"),
                        target("shop", "t", "web", List.of("shop/client"), "HTTPRouteGroup/routes")))) {
            assertThat(mesh.get("shop/client", "http://web.shop:8080/a").status())
                    .isEqualTo(200);
            assertThat(mesh.get("shop/client", "http://web.shop:8080/b").status())
                    .isEqualTo(200);
            assertThat(mesh.get("shop/client", "http://web.shop:8080/c").status())
                    .isEqualTo(403);
        }
    }

    @Test
    void v4_an_empty_list_of_sources_lets_nobody_in() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        web(app),
                        group("shop", "routes", EVERYTHING),
                        target("shop", "t", "web", List.of(), "HTTPRouteGroup/routes")))) {
            assertThat(mesh.get("shop/client", "http://web.shop:8080/").status())
                    .isEqualTo(403);
            assertThat(mesh.plaintext("shop/web", 8080, "GET", "/").status()).isEqualTo(403);
            assertThat(app.served()).isZero();
        }
    }

    @Test
    void v5_a_missing_tcp_route_voids_the_target_instead_of_opening_every_port() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080, 9090);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "web", app.address(), "http:8080", "http:9090"),
                        service("shop", "web", "web", "http:8080", "http:9090"),
                        client("shop", "client"),
                        group("shop", "routes", EVERYTHING),
                        target(
                                "shop",
                                "t",
                                "web",
                                List.of("shop/client"),
                                "TCPRoute/missing",
                                "HTTPRouteGroup/routes")))) {
            assertThat(mesh.get("shop/client", "http://web.shop:8080/").status())
                    .isEqualTo(403);
            assertThat(mesh.get("shop/client", "http://web.shop:9090/").status())
                    .isEqualTo(403);
            assertThat(mesh.diagnostics()).anyMatch(d -> d.contains("TrafficTarget shop/t") && d.contains("missing"));
        }
    }

    @Test
    void v6_overlapping_targets_add_up_whatever_their_order() throws Exception {
        for (List<String> names : List.of(List.of("a", "b"), List.of("b", "a"))) {
            try (HttpApp app = HttpApp.listening("web", 8080);
                    TestMesh mesh = TestMesh.start(join(
                            web(app),
                            client("shop", "second"),
                            group("shop", "narrow", "{name: a, pathRegex: /a}"),
                            group("shop", "wide", "{name: all, pathRegex: \".*\"}"),
                            target("shop", names.get(0), "web", List.of("shop/client"), "HTTPRouteGroup/narrow"),
                            target("shop", names.get(1), "web", List.of("shop/second"), "HTTPRouteGroup/wide")))) {
                assertThat(mesh.get("shop/second", "http://web.shop:8080/a").status())
                        .isEqualTo(200);
                assertThat(mesh.get("shop/second", "http://web.shop:8080/b").status())
                        .isEqualTo(200);
                assertThat(mesh.get("shop/client", "http://web.shop:8080/a").status())
                        .isEqualTo(200);
                assertThat(mesh.get("shop/client", "http://web.shop:8080/b").status())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void v7_a_route_group_of_another_namespace_is_not_meant() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        web(app),
                        group("elsewhere", "routes", EVERYTHING),
                        target("shop", "t", "web", List.of("shop/client"), "HTTPRouteGroup/routes")))) {
            assertThat(mesh.get("shop/client", "http://web.shop:8080/").status())
                    .isEqualTo(403);
        }
    }

    @Test
    void v8_a_target_in_the_clients_namespace_grants_nothing_elsewhere() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(
                        join(web(app), client("thieves", "thief"), group("thieves", "routes", EVERYTHING), """
                        apiVersion: access.smi-spec.io/v1alpha3
                        kind: TrafficTarget
                        metadata: {namespace: thieves, name: self-service}
                        spec:
                          destination: {kind: ServiceAccount, name: web, namespace: shop}
                          sources: [{kind: ServiceAccount, name: thief, namespace: thieves}]
                          rules: [{kind: HTTPRouteGroup, name: routes}]
                        """))) {
            assertThat(mesh.get("thieves/thief", "http://web.shop:8080/").status())
                    .isEqualTo(403);
            assertThat(mesh.diagnostics())
                    .anyMatch(d -> d.contains("TrafficTarget thieves/self-service")
                            && d.contains("spec.destination.namespace"));
        }
    }

    @Test
    void v9_the_destination_port_of_an_old_target_is_enforced_and_survives_a_rewrite() throws Exception {
        String old = """
                apiVersion: access.smi-spec.io/v1alpha2
                kind: TrafficTarget
                metadata: {namespace: shop, name: t}
                spec:
                  destination: {kind: ServiceAccount, name: web, namespace: shop, port: 8080}
                  sources: [{kind: ServiceAccount, name: client, namespace: shop}]
                  rules: [{kind: HTTPRouteGroup, name: routes}]
                """;
        ObjectNode read = (ObjectNode) new YAMLMapper().readTree(old);
        String rewritten =
                Conversion.convert(read, "access.smi-spec.io/v1alpha3").toPrettyString();
        assertThat(rewritten).doesNotContain("\"port\"");
        try (HttpApp app = HttpApp.listening("web", 8080, 9090);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "web", app.address(), "http:8080", "http:9090"),
                        service("shop", "web", "web", "http:8080", "http:9090"),
                        client("shop", "client"),
                        group("shop", "routes", EVERYTHING)))) {
            for (String target : List.of(old, rewritten)) {
                mesh.apply("target.yaml", target);
                mesh.settle();
                assertThat(mesh.get("shop/client", "http://web.shop:8080/").status())
                        .isEqualTo(200);
                assertThat(mesh.get("shop/client", "http://web.shop:9090/").status())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void v10_all_headers_must_match_in_full() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        web(app),
                        group(
                                "shop",
                                "routes",
                                "{name: insiders, headers: [{user-agent: \".*Android.*\"},"
                                        + " {cookie: \"^(.*?;)?(type=insider)(;.*)?$\"}]}"),
                        target("shop", "t", "web", List.of("shop/client"), "HTTPRouteGroup/routes")))) {
            String android = "User-Agent: Mozilla (Android 15)";
            assertThat(mesh.status("shop/client", android, "Cookie: type=insider"))
                    .isEqualTo(200);
            assertThat(mesh.status("shop/client", android, "Cookie: a=b;type=insider"))
                    .isEqualTo(200);
            assertThat(mesh.status("shop/client", android, "Cookie: type=insiders"))
                    .isEqualTo(403);
            assertThat(mesh.status("shop/client", android, "Cookie: a=b; type=insider"))
                    .isEqualTo(403);
            assertThat(mesh.status("shop/client", android)).isEqualTo(403);
            assertThat(mesh.status("shop/client", "Cookie: type=insider")).isEqualTo(403);
        }
    }

    @Test
    void s27_a_repeated_header_is_judged_on_its_joined_value() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        web(app),
                        group("shop", "routes", "{name: one, headers: {x-role: admin}}"),
                        target("shop", "t", "web", List.of("shop/client"), "HTTPRouteGroup/routes")))) {
            assertThat(mesh.status("shop/client", "X-Role: admin")).isEqualTo(200);
            assertThat(mesh.status("shop/client", "X-Role: admin", "X-Role: guest"))
                    .isEqualTo(403);
            assertThat(mesh.status("shop/client", "X-Role: guest", "X-Role: admin"))
                    .isEqualTo(403);
        }
    }

    @Test
    void v11_a_regex_that_is_not_re2_is_refused_and_never_reaches_envoy() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        web(app),
                        group("shop", "lookahead", "{name: a, pathRegex: \"(?=x)\"}"),
                        group("shop", "backreference", "{name: a, pathRegex: '(a)\\1'}"),
                        group("shop", "good", "{name: a, pathRegex: /a}"),
                        target(
                                "shop",
                                "t",
                                "web",
                                List.of("shop/client"),
                                "HTTPRouteGroup/lookahead",
                                "HTTPRouteGroup/backreference",
                                "HTTPRouteGroup/good")))) {
            assertThat(mesh.get("shop/client", "http://web.shop:8080/a").status())
                    .isEqualTo(200);
            assertThat(mesh.get("shop/client", "http://web.shop:8080/x").status())
                    .isEqualTo(403);
            assertThat(mesh.diagnostics())
                    .anyMatch(
                            d -> d.contains("HTTPRouteGroup shop/lookahead") && d.contains("spec.matches[0].pathRegex"))
                    .anyMatch(d -> d.contains("HTTPRouteGroup shop/backreference"));
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    @Test
    void v12_only_the_normalised_path_is_judged() throws Exception {
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        web(app),
                        group("shop", "routes", "{name: api, pathRegex: /api}"),
                        target("shop", "t", "web", List.of("shop/client"), "HTTPRouteGroup/routes")))) {
            for (String path : List.of("//api/../admin", "/api%2F..%2Fadmin", "/api/%2e%2e/admin", "/api\\..\\admin")) {
                assertThat(mesh.get("shop/client", "http://web.shop:8080" + path)
                                .status())
                        .as(path)
                        .isEqualTo(403);
            }
            assertThat(mesh.get("shop/client", "http://web.shop:8080/admin?x=/api")
                            .status())
                    .isEqualTo(403);
            assertThat(mesh.get("shop/client", "http://web.shop:8080/api?x=/admin")
                            .status())
                    .isEqualTo(200);
            assertThat(mesh.get("shop/client", "http://web.shop:8080//api/x/../y")
                            .status())
                    .isEqualTo(200);
        }
    }

    private static String web(HttpApp app) {
        return join(
                workload("shop", "web", app.address(), "http:8080"),
                service("shop", "web", "web", "http:8080"),
                client("shop", "client"));
    }
}
