package io.weir.controlplane.model.build;

import static io.weir.controlplane.reference.Yaml.group;
import static io.weir.controlplane.reference.Yaml.service;
import static io.weir.controlplane.reference.Yaml.split;
import static io.weir.controlplane.reference.Yaml.splitWhere;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.target;
import static io.weir.controlplane.reference.Yaml.tcpRoute;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.source.ClusterState;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SplitTest {

    private static final String HTTP = "{name: http, port: 80}";
    private static final String WEB = service("web", HTTP);
    private static final String V1 = service("v1", HTTP);
    private static final String V2 = service("v2", HTTP);
    private static final String FIREFOX = group("firefox", "{name: ff, headers: [{user-agent: '.*Firefox.*'}]}");

    private static Built build(String... documents) {
        return MeshModelBuilder.build(state(documents), MeshSettings.defaults());
    }

    /** Rules as {@code origin?: backend=weight ...}; a question mark where there are matches. */
    private static List<String> rules(Built built, int port) {
        ServicePortKey key = new ServicePortKey(new ServiceKey("shop", "web"), port, Transport.TCP);
        return built.model().routes().get(key).rules().stream()
                .map(SplitTest::text)
                .toList();
    }

    private static List<String> rules(String... documents) {
        return rules(build(documents), 80);
    }

    private static String text(RouteRule rule) {
        return rule.origin().name()
                + (rule.matches().isEmpty() ? ":" : "?:")
                + rule.backends().stream()
                        .map(backend -> " " + backend.target().service().name() + "=" + backend.weight())
                        .collect(Collectors.joining());
    }

    /** What is said of a split's field, by its own validation or by the builder. */
    private static List<Diagnostic> told(String field, String... documents) {
        ClusterState state = state(documents);
        return Stream.concat(state.diagnostics().stream(), build(documents).diagnostics().stream())
                .filter(found -> found.object().kind().equals("TrafficSplit")
                        && found.field().equals(field))
                .toList();
    }

    private static Diagnostic says(Code code, String... documents) {
        List<Diagnostic> found = build(documents).diagnostics().stream()
                .filter(diagnostic -> diagnostic.code().equals(code.code()))
                .toList();
        assertThat(found).as("%s", code).isNotEmpty();
        return found.getFirst();
    }

    @Test
    void s29_and_s44_a_root_is_split_by_weight_and_is_itself_without_a_split() {
        assertThat(rules(WEB, V1, V2, split("s", "web", "v1=90", "v2=10"))).containsExactly("s: v1=90 v2=10");
        assertThat(rules(WEB, V1, V2)).containsExactly("web: web=1");
    }

    @Test
    void s30_direct_calls_to_a_backend_are_not_split() {
        Built built = build(WEB, V1, V2, split("s", "web", "v1=90", "v2=10"));
        ServicePortKey v1 = new ServicePortKey(new ServiceKey("shop", "v1"), 80, Transport.TCP);
        assertThat(built.model().routes().get(v1).rules())
                .extracting(SplitTest::text)
                .containsExactly("v1: v1=1");
    }

    @Test
    void s31_weight_0_takes_no_traffic_and_its_service_need_not_exist() {
        String[] mesh = {WEB, V1, split("s", "web", "v1=90", "v2=0")};
        assertThat(rules(mesh)).containsExactly("s: v1=90");
        assertThat(build(mesh).diagnostics())
                .noneMatch(found -> found.object().kind().equals("TrafficSplit"));
    }

    @Test
    void s32_no_weight_at_all_is_answered_by_nobody_and_told() {
        assertThat(rules(WEB, V1, split("s", "web", "v1=0"))).containsExactly("s:");
        assertThat(rules(WEB, split("s", "web"))).containsExactly("s:");
        assertThat(rules(WEB, split("s", "web", "v1=1"))).containsExactly("s:");
        assertThat(told("spec.backends", WEB, V1, split("s", "web", "v1=0"))).hasSize(1);
        assertThat(told("spec.backends", WEB, split("s", "web"))).hasSize(1);
        assertThat(says(Code.SPLIT_WITHOUT_WEIGHT, WEB, split("s", "web", "v1=1"))
                        .field())
                .isEqualTo("spec.backends");
    }

    @Test
    void s33_and_s34_the_root_may_be_written_as_clients_write_it_within_its_namespace() {
        for (String root : List.of("web", "web.shop", "web.shop.svc", "web.shop.svc.cluster.local")) {
            assertThat(rules(WEB, V1, split("s", root, "v1=1"))).containsExactly("s: v1=1");
        }
        for (String root : List.of("web.other", "web.shop.svc.example.com", "nope")) {
            String[] mesh = {WEB, V1, split("s", root, "v1=1")};
            assertThat(rules(mesh)).containsExactly("web: web=1");
            assertThat(told("spec.service", mesh))
                    .singleElement()
                    .satisfies(found -> assertThat(found.location()).isNotNull());
        }
    }

    @Test
    void s35_a_backend_takes_part_where_it_has_the_roots_port_number() {
        String root = service("web", "{name: http, port: 80}", "{name: http-b, port: 90}");
        String half = service("v2", "{name: http-b, port: 80, targetPort: 9999}", "{name: http, port: 91}");
        Built built = build(
                root, service("v1", "{port: 80}", "{name: x, port: 90}"), half, split("s", "web", "v1=1", "v2=2"));
        assertThat(rules(built, 80)).containsExactly("s: v1=1 v2=2");
        assertThat(rules(built, 90)).containsExactly("s: v1=1");
        assertThat(built.diagnostics()).anySatisfy(found -> {
            assertThat(found.code()).isEqualTo(Code.SPLIT_BACKEND_EXCLUDED.code());
            assertThat(found.field()).isEqualTo("spec.backends[1].service");
            assertThat(found.message()).contains("shop/v2").contains("90/TCP");
        });
    }

    @Test
    void s36_a_backend_without_ready_endpoints_keeps_its_share() {
        assertThat(rules(WEB, V1, V2, workload("v1", "a", "{port: 80}"), split("s", "web", "v1=1", "v2=1")))
                .containsExactly("s: v1=1 v2=1");
    }

    @Test
    void s37_a_split_does_not_follow_another_and_a_root_may_be_its_own_backend() {
        assertThat(rules(WEB, V1, V2, split("s", "web", "v1=1"), split("t", "v1", "v2=1")))
                .containsExactly("s: v1=1");
        assertThat(rules(WEB, V2, split("s", "web", "web=90", "v2=10"))).containsExactly("s: web=90 v2=10");
    }

    @Test
    void s38_with_matches_only_those_requests_are_split() {
        assertThat(rules(WEB, V1, V2, FIREFOX, splitWhere("s", "web", List.of("firefox"), "v1=0", "v2=100")))
                .containsExactly("s?: v2=100", "web: web=1");
    }

    @Test
    void s39_a_missing_group_or_a_port_without_http_splits_nothing() {
        String[] missing = {WEB, V1, splitWhere("s", "web", List.of("nope"), "v1=1")};
        assertThat(rules(missing)).containsExactly("web: web=1");
        assertThat(says(Code.SPLIT_MATCH_MISSING, missing).field()).isEqualTo("spec.matches[0]");
        String[] tcp = {service("web", "{port: 80}"), V1, FIREFOX, splitWhere("s", "web", List.of("firefox"), "v1=1")};
        assertThat(rules(tcp)).containsExactly("web: web=1");
        says(Code.SPLIT_MATCH_NEEDS_HTTP, tcp);
    }

    @Test
    void s40_several_splits_of_one_root_apply_in_a_fixed_order() {
        String old = "creationTimestamp: '2020-01-01T00:00:00Z', name: ";
        String[] mesh = {
            WEB,
            V1,
            V2,
            FIREFOX,
            split("a", "web", "v1=1"),
            split("z", "web", "v2=1").replace("name: z", old + "z"),
            splitWhere("m", "web", List.of("firefox"), "v1=1"),
            splitWhere("y", "web", List.of("firefox"), "v2=1").replace("name: y", old + "y"),
            // Made the clock's zero: what has no timestamp counts as first seen, which is zero here.
            splitWhere("b", "web", List.of("firefox"), "web=1"),
        };
        assertThat(rules(mesh)).containsExactly("b?: web=1", "m?: v1=1", "y?: v2=1", "a: v1=1");
        Diagnostic conflict = says(Code.SPLIT_CONFLICT, mesh);
        assertThat(conflict.object().name()).isEqualTo("z");
        assertThat(conflict.message()).contains("TrafficSplit shop/a");
    }

    @Test
    void s41_tcp_and_udp_ports_are_split_too() {
        String root = service("web", "{port: 80}", "{name: dns, port: 53, protocol: UDP}");
        String backend = service("v1", "{port: 80}", "{name: dns, port: 53, protocol: UDP}");
        Built built = build(root, backend, split("s", "web", "v1=1"));
        ServicePortKey dns = new ServicePortKey(new ServiceKey("shop", "web"), 53, Transport.UDP);
        assertThat(built.model().routes().get(dns).rules())
                .extracting(SplitTest::text)
                .containsExactly("s: v1=1");
        assertThat(rules(built, 80)).containsExactly("s: v1=1");
    }

    @Test
    void s43_a_backend_that_nobody_may_call_is_told() {
        String[] mesh = {
            WEB,
            V1,
            V2,
            workload("v1", "one", HTTP),
            workload("v2", "two", HTTP),
            split("s", "web", "v1=1", "v2=1"),
            tcpRoute("all"),
            target("t", "one", List.of("default"), "TCPRoute/all")
        };
        assertThat(says(Code.SPLIT_BACKEND_UNREACHABLE, mesh).message()).contains("shop/v2");
        assertThat(rules(mesh)).containsExactly("s: v1=1 v2=1");
    }

    @Test
    void weights_of_a_service_listed_twice_add_up() {
        assertThat(rules(WEB, V1, V2, split("s", "web", "v1=1", "v2=1", "v1=2")))
                .containsExactly("s: v1=3 v2=1");
    }

    @Test
    void weights_too_large_for_envoy_are_scaled_down_in_proportion() {
        String max = "=2147483647";
        assertThat(rules(WEB, V1, split("s", "web", "v1" + max, "v1" + max, "web=1")))
                .containsExactly("s: v1=1000000000 web=1");
    }
}
