package io.weir.controlplane.model.build;

import static io.weir.controlplane.reference.Yaml.group;
import static io.weir.controlplane.reference.Yaml.object;
import static io.weir.controlplane.reference.Yaml.service;
import static io.weir.controlplane.reference.Yaml.serviceFor;
import static io.weir.controlplane.reference.Yaml.split;
import static io.weir.controlplane.reference.Yaml.splitWhere;
import static io.weir.controlplane.reference.Yaml.target;
import static io.weir.controlplane.reference.Yaml.tcpRoute;
import static io.weir.controlplane.reference.Yaml.udpRoute;
import static io.weir.controlplane.reference.Yaml.workload;
import static io.weir.controlplane.reference.Yaml.workloadFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.reference.Call;
import io.weir.controlplane.reference.Outcome;
import io.weir.controlplane.reference.ReferenceEvaluator;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The test vectors of docs/conformance.md on the model; the reference must agree on each. */
class VectorTest {

    private static final String HTTP = "{name: http, port: 80}";

    /** A mesh to call into. */
    private record Mesh(ClusterState state, Built built) {
        static Mesh of(String... documents) {
            ClusterState state = Yaml.state(documents);
            return new Mesh(state, MeshModelBuilder.build(state, MeshSettings.defaults()));
        }

        Outcome outcome(Call call) {
            MeshModel model = built.model();
            Outcome outcome = new ModelEvaluator(model).evaluate(call);
            assertThat(outcome).isEqualTo(new ReferenceEvaluator(state, Mode.DENY).evaluate(call));
            return outcome;
        }

        boolean allows(Call call) {
            return outcome(call).served().values().stream().flatMap(Set::stream).allMatch(Outcome.Served::allowed);
        }

        boolean allows(String from, String service, int port, String method, String path) {
            return allows(call(from, service, port, method, path, Map.of()));
        }

        Map<ServiceKey, Double> shares(Map<String, String> headers) {
            return outcome(call("buyer", "web", 80, "GET", "/", headers)).shares();
        }

        boolean says(Code code) {
            return built.diagnostics().stream().anyMatch(found -> found.code().equals(code.code()));
        }
    }

    private static Call call(
            String from, String service, int port, String method, String path, Map<String, String> headers) {
        return new Call(
                new Identity("shop", from), key(service), port, Transport.TCP, method, path, new TreeMap<>(headers));
    }

    private static ServiceKey key(String name) {
        return new ServiceKey("shop", name);
    }

    @Test
    void v1_tcp_route_and_route_group_of_one_target_hold_together() {
        Mesh mesh = Mesh.of(
                workload("api", "api", "{name: http, port: 8080}", "{name: http-b, port: 9090}"),
                service("api", "{name: http, port: 8080}", "{name: http-b, port: 9090}"),
                tcpRoute("tcp", 8080),
                group(
                        "routes",
                        "{name: api, pathRegex: /api, methods: ['*']}",
                        "{name: metrics, pathRegex: /metrics, methods: [GET]}"),
                target("a", "api", List.of("prometheus"), "TCPRoute/tcp", "HTTPRouteGroup/routes#metrics"),
                target("b", "api", List.of("website", "payments"), "TCPRoute/tcp", "HTTPRouteGroup/routes#api"));
        assertThat(mesh.allows("website", "api", 8080, "PROPFIND", "/api/x")).isTrue();
        assertThat(mesh.allows("payments", "api", 8080, "POST", "/api")).isTrue();
        assertThat(mesh.allows("prometheus", "api", 8080, "GET", "/metrics")).isTrue();
        assertThat(mesh.allows("prometheus", "api", 8080, "POST", "/metrics")).isFalse();
        assertThat(mesh.allows("website", "api", 8080, "GET", "/metrics")).isFalse();
        assertThat(mesh.allows("prometheus", "api", 9090, "GET", "/metrics")).isFalse();
        assertThat(mesh.allows("stranger", "api", 8080, "GET", "/api")).isFalse();
    }

    @Test
    void v2_udp_and_tcp_ports_are_granted_apart() {
        String[] ports = {
            "{name: a, port: 8300}",
            "{name: b, port: 8301}",
            "{name: c, port: 8302}",
            "{name: d, port: 8300, protocol: UDP}",
            "{name: e, port: 8301, protocol: UDP}",
            "{name: f, port: 8302, protocol: UDP}"
        };
        Mesh mesh = Mesh.of(
                workload("consul", "consul", ports),
                service("consul", ports),
                tcpRoute("tcp", 8300, 8301, 8302),
                udpRoute("udp", 8301, 8302),
                target("t", "consul", List.of("client"), "TCPRoute/tcp", "UDPRoute/udp"));
        for (int port = 8300; port <= 8302; port++) {
            assertThat(mesh.allows("client", "consul", port, "GET", "/")).isTrue();
            Call udp = new Call(
                    new Identity("shop", "client"), key("consul"), port, Transport.UDP, "GET", "/", new TreeMap<>());
            assertThat(mesh.allows(udp)).isEqualTo(port != 8300);
        }
    }

    private static Mesh api(String... policies) {
        String[] documents = new String[policies.length + 2];
        documents[0] = workload("api", "api", HTTP);
        documents[1] = service("api", HTTP);
        System.arraycopy(policies, 0, documents, 2, policies.length);
        return Mesh.of(documents);
    }

    @Test
    void v3_a_rule_without_matches_allows_every_match() {
        Mesh mesh = api(
                group("g", "{name: a, pathRegex: /a}", "{name: b, pathRegex: /b}"),
                target("t", "api", List.of("x"), "HTTPRouteGroup/g"));
        assertThat(mesh.allows("x", "api", 80, "GET", "/a")).isTrue();
        assertThat(mesh.allows("x", "api", 80, "GET", "/b")).isTrue();
        assertThat(mesh.allows("x", "api", 80, "GET", "/c")).isFalse();
    }

    @Test
    void v4_no_source_is_nobody() {
        Mesh mesh = api(tcpRoute("all"), target("t", "api", List.of(), "TCPRoute/all"));
        assertThat(mesh.allows("x", "api", 80, "GET", "/")).isFalse();
    }

    @Test
    void v5_a_missing_tcp_route_never_widens() {
        Mesh mesh = api(
                group("g", "{name: all}"), target("t", "api", List.of("x"), "TCPRoute/missing", "HTTPRouteGroup/g"));
        assertThat(mesh.allows("x", "api", 80, "GET", "/")).isFalse();
        assertThat(mesh.says(Code.TARGET_ROUTE_MISSING)).isTrue();
    }

    @Test
    void v6_targets_do_not_shadow_each_other_in_any_order() {
        String[] names = {"a", "z"};
        for (String name : names) {
            Mesh mesh = api(
                    group("g", "{name: a, pathRegex: /a}", "{name: all, pathRegex: '.*'}"),
                    target(name, "api", List.of("one"), "HTTPRouteGroup/g#a"),
                    target("m", "api", List.of("two"), "HTTPRouteGroup/g#all"));
            assertThat(mesh.allows("two", "api", 80, "GET", "/a")).isTrue();
            assertThat(mesh.allows("one", "api", 80, "GET", "/a")).isTrue();
            assertThat(mesh.allows("one", "api", 80, "GET", "/b")).isFalse();
        }
    }

    @Test
    void v7_a_group_of_another_namespace_is_no_group() {
        Mesh mesh = api(group("other/g", "{name: all}"), target("t", "api", List.of("x"), "HTTPRouteGroup/g"));
        assertThat(mesh.allows("x", "api", 80, "GET", "/")).isFalse();
    }

    @Test
    void v8_a_target_in_the_clients_namespace_grants_nothing_and_is_told() {
        Mesh mesh = api(tcpRoute("other/all"), target("other/t", "shop/api", List.of("x"), "TCPRoute/all"));
        assertThat(mesh.allows("x", "api", 80, "GET", "/")).isFalse();
        assertThat(mesh.state().diagnostics()).anyMatch(found -> found.severity() == Severity.ERROR);
    }

    @Test
    void v9_the_port_of_an_old_target_stays_in_force() {
        String[] ports = {"{name: http, port: 8080}", "{name: http-b, port: 9090}"};
        String old = target("t", "api", List.of("x"), "TCPRoute/all")
                .replace("v1alpha3", "v1alpha2")
                .replace("name: api}", "name: api, port: 8080}");
        Mesh mesh = Mesh.of(workload("api", "api", ports), service("api", ports), tcpRoute("all"), old);
        assertThat(mesh.allows("x", "api", 8080, "GET", "/")).isTrue();
        assertThat(mesh.allows("x", "api", 9090, "GET", "/")).isFalse();
    }

    @Test
    void v10_all_headers_of_a_match_are_needed_in_full() {
        String match = "{name: m, headers: [{user-agent: '.*Android.*'}, {cookie: '^(.*?;)?(type=insider)(;.*)?$'}]}";
        Mesh mesh = api(group("g", match), target("t", "api", List.of("x"), "HTTPRouteGroup/g"));
        String android = "Mozilla Android 9";
        for (Map.Entry<String, Boolean> row : Map.of(
                        "a=b;type=insider", true, "type=insiders", false, "a=b; type=insider", false)
                .entrySet()) {
            Map<String, String> headers = Map.of("user-agent", android, "cookie", row.getKey());
            assertThat(mesh.allows(call("x", "api", 80, "GET", "/", headers)))
                    .as(row.getKey())
                    .isEqualTo(row.getValue());
        }
        assertThat(mesh.allows(call("x", "api", 80, "GET", "/", Map.of("user-agent", android))))
                .isFalse();
        assertThat(mesh.allows(call("x", "api", 80, "GET", "/", Map.of("cookie", "type=insider"))))
                .isFalse();
    }

    @Test
    void v11_a_regex_that_is_not_re2_never_gets_into_the_model() {
        for (String regex : List.of("(?=x)", "(a)\\1")) {
            Mesh mesh = api(
                    group("g", "{name: m, pathRegex: '" + regex + "'}"),
                    target("t", "api", List.of("x"), "HTTPRouteGroup/g"));
            assertThat(mesh.built().model().grants()).isEmpty();
            assertThat(mesh.state().diagnostics())
                    .anyMatch(found -> found.field().equals("spec.matches[0].pathRegex"));
        }
    }

    @Test
    void v13_a_backend_keeps_its_own_target_port() {
        Mesh mesh = Mesh.of(
                service("web", "{name: a, port: 8080}", "{name: b, port: 9090}"),
                service("blue", "{name: a, port: 8080}", "{name: b, port: 9090}"),
                service("green", "{name: a, port: 8080, targetPort: 8081}", "{name: b, port: 9090}"),
                workload("blue", "blue", "{port: 8080}", "{port: 9090}"),
                workload("green", "green", "{port: 8081}", "{port: 9090}"),
                split("birds", "web", "blue=1", "green=1"));
        assertThat(mesh.outcome(call("x", "web", 8080, "GET", "/", Map.of())).shares())
                .hasSize(2);
        assertThat(mesh.built().model().endpoints().toString()).contains("port=8081");
        assertThat(mesh.says(Code.SPLIT_BACKEND_EXCLUDED)).isFalse();
    }

    @Test
    void v14_a_backend_without_the_roots_port_is_left_out_and_named() {
        Mesh mesh = Mesh.of(
                service("web", HTTP),
                service("blue", "{port: 1024}"),
                service("green", HTTP),
                split("birds", "web", "blue=50", "green=50"));
        assertThat(mesh.shares(Map.of())).isEqualTo(Map.of(key("green"), 1.0));
        assertThat(mesh.built().diagnostics()).anySatisfy(found -> {
            assertThat(found.object()).hasToString("TrafficSplit shop/birds");
            assertThat(found.message()).contains("blue");
        });
    }

    private static Mesh web(String... more) {
        String[] documents = new String[more.length + 3];
        documents[0] = service("web", HTTP);
        documents[1] = service("v1", HTTP);
        documents[2] = service("v2", HTTP);
        System.arraycopy(more, 0, documents, 3, more.length);
        return Mesh.of(documents);
    }

    @Test
    void v15_shares_are_weights_by_their_sum() {
        assertThat(web(split("s", "web", "v1=1000", "v2=500")).shares(Map.of()))
                .isEqualTo(Map.of(key("v1"), 1000 / 1500.0, key("v2"), 500 / 1500.0));
    }

    @Test
    void v16_weight_0_of_a_service_that_does_not_exist_is_no_error() {
        Mesh mesh = web(split("s", "web", "v1=1", "later=0"));
        assertThat(mesh.shares(Map.of())).isEqualTo(Map.of(key("v1"), 1.0));
        assertThat(mesh.says(Code.SPLIT_BACKEND_EXCLUDED)).isFalse();
    }

    @Test
    void v17_no_weight_is_answered_by_nobody() {
        assertThat(web(split("s", "web", "v1=0", "v2=0")).shares(Map.of())).isEmpty();
        Mesh mesh = web(split("s", "web"));
        assertThat(mesh.shares(Map.of())).isEmpty();
        assertThat(mesh.state().diagnostics())
                .anyMatch(found -> found.object().toString().equals("TrafficSplit shop/s")
                        && found.field().equals("spec.backends"));
    }

    @Test
    void v18_matching_requests_are_split_and_others_reach_the_roots_own_workloads() {
        Mesh mesh = Mesh.of(
                serviceFor("web", "all", HTTP).replace("app: all", "root: web"),
                service("v1", HTTP),
                service("v2", HTTP),
                workloadFor("one", "v1", "one", HTTP).replace("app: v1", "app: v1, root: web"),
                workloadFor("two", "v2", "two", HTTP).replace("app: v2", "app: v2, root: web"),
                group("firefox", "{name: ff, headers: [{user-agent: '.*Firefox.*'}]}"),
                splitWhere("s", "web", List.of("firefox"), "v1=0", "v2=100"));
        assertThat(mesh.shares(Map.of("user-agent", "Firefox/1"))).isEqualTo(Map.of(key("v2"), 1.0));
        Outcome other = mesh.outcome(call("x", "web", 80, "GET", "/", Map.of()));
        assertThat(other.shares()).isEqualTo(Map.of(key("web"), 1.0));
        assertThat(other.served().get(key("web")))
                .extracting(one -> one.account().serviceAccount())
                .containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void v19_a_root_may_be_its_own_backend() {
        assertThat(web(split("s", "web", "web=90", "v2=10")).shares(Map.of()))
                .isEqualTo(Map.of(key("web"), 0.9, key("v2"), 0.1));
    }

    @Test
    void v20_a_backend_that_roots_a_split_is_reached_itself() {
        assertThat(web(split("a", "web", "v1=1"), split("b", "v1", "v2=1")).shares(Map.of()))
                .isEqualTo(Map.of(key("v1"), 1.0));
    }

    @Test
    void v21_of_two_splits_without_matches_the_older_counts_until_it_is_deleted() {
        String older = dated("z-older", "2020", "v1");
        String newer = dated("a-newer", "2021", "v2");
        Mesh both = web(older, newer);
        assertThat(both.shares(Map.of())).isEqualTo(Map.of(key("v1"), 1.0));
        assertThat(both.built().diagnostics()).anySatisfy(found -> {
            assertThat(found.code()).isEqualTo(Code.SPLIT_CONFLICT.code());
            assertThat(found.object().name()).isEqualTo("a-newer");
            assertThat(found.message()).startsWith("Conflict");
        });
        Mesh one = web(newer);
        assertThat(one.shares(Map.of())).isEqualTo(Map.of(key("v2"), 1.0));
        assertThat(one.says(Code.SPLIT_CONFLICT)).isFalse();
    }

    private static String dated(String name, String year, String backend) {
        return object(
                "split.smi-spec.io/v1alpha4",
                "TrafficSplit",
                name,
                ", creationTimestamp: '" + year + "-01-01T00:00:00Z'",
                "spec: {service: web, backends: [{service: " + backend + ", weight: 1}]}");
    }
}
