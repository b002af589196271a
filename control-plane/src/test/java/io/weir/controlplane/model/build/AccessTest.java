package io.weir.controlplane.model.build;

import static io.weir.controlplane.reference.Yaml.audited;
import static io.weir.controlplane.reference.Yaml.group;
import static io.weir.controlplane.reference.Yaml.object;
import static io.weir.controlplane.reference.Yaml.service;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.target;
import static io.weir.controlplane.reference.Yaml.tcpRoute;
import static io.weir.controlplane.reference.Yaml.udpRoute;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.PathMatch;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.SpanSource;
import io.weir.controlplane.model.TraceSampling;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessTest {

    private static final Identity API = new Identity("shop", "api");
    private static final String ROUTES =
            group("routes", "{name: api, pathRegex: /api}", "{name: metrics, pathRegex: /metrics, methods: [GET]}");

    private static Built build(String... documents) {
        return MeshModelBuilder.build(state(documents), MeshSettings.defaults());
    }

    private static List<Grant> grants(String... documents) {
        return build(documents).model().grants().getOrDefault(API, List.of());
    }

    private static Grant only(String... documents) {
        assertThat(grants(documents)).hasSize(1);
        return grants(documents).getFirst();
    }

    private static PortScope ports(Integer... ports) {
        return new PortScope.Only(new TreeSet<>(List.of(ports)));
    }

    private static List<String> names(Grant grant) {
        return ((Grant.Http) grant)
                .matches().stream()
                        .map(match -> match.origin().replaceAll(".*#", ""))
                        .toList();
    }

    private static void says(Code code, String field, String... documents) {
        assertThat(build(documents).diagnostics()).anySatisfy(found -> {
            assertThat(found.code()).isEqualTo(code.code());
            assertThat(found.field()).isEqualTo(field);
            assertThat(found.location()).isNotNull();
            assertThat(found.message()).isNotEmpty();
            assertThat(found.fix()).isNotEmpty();
        });
    }

    @Test
    void s1_a_namespace_or_the_mesh_may_be_permissive_and_a_typing_mistake_denies() {
        String namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {weir.io/mode: %s}}\n";
        MeshSettings permissive = new MeshSettings("cluster.local", "cluster.local", Mode.PERMISSIVE);
        for (Mode[] row : new Mode[][] {{Mode.DENY, Mode.DENY}, {Mode.PERMISSIVE, Mode.PERMISSIVE}}) {
            ClusterState state = state(
                    namespace.formatted(row[0].name().toLowerCase(java.util.Locale.ROOT)), workload("api", "api"));
            assertThat(mode(state, MeshSettings.defaults())).isEqualTo(row[1]);
            assertThat(mode(state, permissive)).isEqualTo(row[1]);
        }
        assertThat(mode(state(workload("api", "api")), permissive)).isEqualTo(Mode.PERMISSIVE);
        assertThat(mode(state(namespace.formatted("permisive"), workload("api", "api")), permissive))
                .isEqualTo(Mode.DENY);
        says(Code.NAMESPACE_MODE, "metadata.labels.weir.io/mode", namespace.formatted("permisive"));
    }

    @Test
    void a_namespace_samples_traces_as_it_says_and_as_the_mesh_does_where_that_is_no_percentage() {
        String namespace = "apiVersion: v1\nkind: Namespace\n"
                + "metadata: {name: shop, annotations: {weir.io/trace-sampling: '%s'}}\n";
        MeshSettings tenth = MeshSettings.defaults()
                .with(OpenTelemetry.at("otel", List.of(OpenTelemetry.Signal.TRACES), new TraceSampling(100_000)));
        assertThat(spans(state(workload("api", "api")), tenth))
                .isEqualTo(new SpanSource("api", new TraceSampling(100_000)));
        assertThat(spans(state(namespace.formatted("2.5"), workload("api", "api")), tenth))
                .isEqualTo(new SpanSource("api", new TraceSampling(25_000)));
        assertThat(spans(state(namespace.formatted("0"), workload("api", "api")), tenth))
                .isEqualTo(new SpanSource("api", TraceSampling.NONE));
        assertThat(spans(state(namespace.formatted("many"), workload("api", "api")), tenth))
                .isEqualTo(new SpanSource("api", new TraceSampling(100_000)));
        says(Code.NAMESPACE_TRACE_SAMPLING, "metadata.annotations.weir.io/trace-sampling", namespace.formatted("many"));
    }

    @Test
    void a_namespace_that_samples_traces_which_nobody_collects_is_told() {
        String namespace = "apiVersion: v1\nkind: Namespace\n"
                + "metadata: {name: shop, annotations: {weir.io/trace-sampling: '%s'}}\n";
        says(
                Code.NAMESPACE_TRACES_GO_NOWHERE,
                "metadata.annotations.weir.io/trace-sampling",
                namespace.formatted("2.5"));
        assertThat(codes(namespace.formatted("2.5"), null)).containsExactly("WEIR225");
        assertThat(codes(namespace.formatted("2.5"), OpenTelemetry.Signal.ACCESS_LOGS))
                .containsExactly("WEIR225");
        assertThat(codes(namespace.formatted("2.5"), OpenTelemetry.Signal.TRACES))
                .isEmpty();
        assertThat(codes(namespace.formatted("0"), null)).isEmpty();
        assertThat(codes(namespace.formatted("many"), null)).containsExactly("WEIR224");
    }

    /** @param sent the only signal; null: nobody collects */
    private static List<String> codes(String document, OpenTelemetry.@Nullable Signal sent) {
        MeshSettings settings = MeshSettings.defaults()
                .with(sent == null ? null : OpenTelemetry.at("otel", List.of(sent), new TraceSampling(100_000)));
        return MeshModelBuilder.build(state(document), settings).diagnostics().stream()
                .map(Diagnostic::code)
                .toList();
    }

    private static SpanSource spans(ClusterState state, MeshSettings settings) {
        return MeshModelBuilder.build(state, settings)
                .model()
                .workloads()
                .get(new WorkloadKey("shop", "api"))
                .spans();
    }

    @Test
    void s1_a_target_under_audit_lets_nobody_in_and_says_so() {
        String target = target("t", "api", List.of("web"), "HTTPRouteGroup/routes");
        for (String value : List.of("true", "yes", "")) {
            Built built = build(ROUTES, workload("api", "api"), audited(target, value));
            assertThat(built.model().grants()).as(value).isEmpty();
            assertThat(built.model().audited().get(API)).as(value).isEqualTo(grants(ROUTES, target));
            says(Code.TARGET_AUDITED, "metadata.annotations.weir.io/audit", ROUTES, audited(target, value));
        }
        Built plain = build(ROUTES, workload("api", "api"), audited(target, "false"));
        assertThat(plain.model().grants().get(API)).isEqualTo(grants(ROUTES, target));
        assertThat(plain.model().audited()).isEmpty();
    }

    private static Mode mode(ClusterState state, MeshSettings settings) {
        return MeshModelBuilder.build(state, settings)
                .model()
                .workloads()
                .get(new WorkloadKey("shop", "api"))
                .mode();
    }

    @Test
    void s5_grants_of_several_targets_add_up_whatever_their_order() {
        String one = target("one", "api", List.of("a"), "HTTPRouteGroup/routes#api");
        String two = target("two", "api", List.of("b"), "HTTPRouteGroup/routes");
        assertThat(grants(ROUTES, one, two)).hasSize(2).isEqualTo(grants(two, one, ROUTES));
    }

    @Test
    void s6_no_source_is_nobody() {
        String open = target("t", "api", List.of(), "TCPRoute/all").replace("v1alpha3", "v1alpha2");
        assertThat(grants(tcpRoute("all"), open)).isEmpty();
    }

    @Test
    void s7_no_rule_is_nothing() {
        String open = target("t", "api", List.of("a")).replace("v1alpha3", "v1alpha2");
        assertThat(grants(tcpRoute("all"), open)).isEmpty();
    }

    @Test
    void s8_references_and_subjects_are_in_the_targets_own_namespace_by_default() {
        Grant grant = only(ROUTES, target("t", "api", List.of("a", "other/b"), "HTTPRouteGroup/routes"));
        assertThat(grant.sources()).containsExactly(new Identity("other", "b"), new Identity("shop", "a"));
        String elsewhere = group("other/routes", "{name: api}");
        String[] dangling = {elsewhere, target("t", "api", List.of("a"), "HTTPRouteGroup/routes")};
        assertThat(grants(dangling)).isEmpty();
        says(Code.TARGET_ROUTE_MISSING, "spec.rules[0].name", dangling);
    }

    @Test
    void s9_a_target_outside_its_destinations_namespace_is_ignored() {
        Built built = build(tcpRoute("other/all"), target("other/t", "shop/api", List.of("a"), "TCPRoute/all"));
        assertThat(built.model().grants()).isEmpty();
    }

    @Test
    void s10_a_rule_without_matches_is_every_match() {
        assertThat(names(only(ROUTES, target("t", "api", List.of("a"), "HTTPRouteGroup/routes"))))
                .containsExactly("api", "metrics");
    }

    @Test
    void s11_an_unknown_match_contributes_nothing_and_the_others_stand() {
        String[] mesh = {ROUTES, target("t", "api", List.of("a"), "HTTPRouteGroup/routes#nope,metrics")};
        assertThat(names(only(mesh))).containsExactly("metrics");
        says(Code.TARGET_MATCH_MISSING, "spec.rules[0].matches[0]", mesh);
        assertThat(grants(ROUTES, target("t", "api", List.of("a"), "HTTPRouteGroup/routes#nope")))
                .isEmpty();
    }

    @Test
    void s12_a_route_group_alone_grants_requests_on_all_ports_and_no_raw_tcp() {
        assertThat(only(ROUTES, target("t", "api", List.of("a"), "HTTPRouteGroup/routes")))
                .isInstanceOf(Grant.Http.class)
                .returns(new PortScope.All(), Grant::ports);
    }

    @Test
    void s13_a_tcp_route_alone_grants_streams() {
        assertThat(only(tcpRoute("all"), target("t", "api", List.of("a"), "TCPRoute/all")))
                .isInstanceOf(Grant.Stream.class)
                .returns(new PortScope.All(), Grant::ports);
    }

    @Test
    void s14_both_kinds_narrow_each_other_and_a_missing_one_voids_the_target() {
        String target = target("t", "api", List.of("a"), "TCPRoute/web", "HTTPRouteGroup/routes#api");
        assertThat(only(ROUTES, tcpRoute("web", 8080), target))
                .isInstanceOf(Grant.Http.class)
                .returns(ports(8080), Grant::ports);
        assertThat(grants(ROUTES, target)).as("no TCPRoute").isEmpty();
        assertThat(grants(tcpRoute("web", 8080), target)).as("no group").isEmpty();
    }

    @Test
    void s15_ports_of_several_tcp_routes_add_up_and_none_means_all() {
        String target = target("t", "api", List.of("a"), "TCPRoute/one", "TCPRoute/two");
        assertThat(only(tcpRoute("one", 1, 2), tcpRoute("two", 3), target).ports())
                .isEqualTo(ports(1, 2, 3));
        assertThat(only(tcpRoute("one", 1), tcpRoute("two"), target).ports()).isEqualTo(new PortScope.All());
        assertThat(only(tcpRoute("one", 1), target).ports())
                .as("one is missing")
                .isEqualTo(ports(1));
        String old = object("specs.smi-spec.io/v1alpha2", "TCPRoute", "one", "");
        assertThat(only(old, target).ports()).isEqualTo(new PortScope.All());
    }

    @Test
    void s16_udp_routes_grant_datagrams_and_nothing_else() {
        List<Grant> grants = grants(
                tcpRoute("t", 8300), udpRoute("u", 8301), target("t", "api", List.of("a"), "TCPRoute/t", "UDPRoute/u"));
        assertThat(grants).hasSize(2);
        assertThat(grants.get(0)).isInstanceOf(Grant.Stream.class).returns(ports(8300), Grant::ports);
        assertThat(grants.get(1)).isInstanceOf(Grant.Datagram.class).returns(ports(8301), Grant::ports);
    }

    @Test
    void s17_ports_are_the_workloads_own_and_one_that_no_service_leads_to_is_told() {
        String[] mesh = {
            workload("api", "api", "{port: 8080}"),
            service("api", "{port: 80, targetPort: 8080}"),
            tcpRoute("web", 80),
            target("t", "api", List.of("a"), "TCPRoute/web")
        };
        says(Code.TARGET_PORT_UNUSED, "spec.rules", mesh);
        String inForce = mesh[3];
        mesh[3] = audited(inForce, "true");
        says(Code.TARGET_PORT_UNUSED, "spec.rules", mesh);
        mesh[3] = inForce;
        mesh[2] = tcpRoute("web", 8080);
        assertThat(build(mesh).diagnostics()).noneMatch(found -> found.code().equals(Code.TARGET_PORT_UNUSED.code()));
    }

    @Test
    void s17_the_port_of_an_old_target_holds_together_with_its_rules() {
        String old = target("t", "api", List.of("a"), "TCPRoute/one", "HTTPRouteGroup/routes")
                .replace("v1alpha3", "v1alpha2")
                .replace("{kind: ServiceAccount, name: api}", "{kind: ServiceAccount, name: api, port: 8080}");
        assertThat(only(ROUTES, tcpRoute("one"), old).ports()).isEqualTo(ports(8080));
        assertThat(only(ROUTES, tcpRoute("one", 8080, 9090), old).ports()).isEqualTo(ports(8080));
        assertThat(grants(ROUTES, tcpRoute("one", 9090), old)).isEmpty();
    }

    @Test
    void s21_a_subject_of_another_kind_is_nobody_and_the_others_stand() {
        String target = target("t", "api", List.of("a", "b"), "TCPRoute/all")
                .replace("ServiceAccount, name: a}", "Group, name: a}");
        assertThat(only(tcpRoute("all"), target).sources()).containsExactly(new Identity("shop", "b"));
        assertThat(state(tcpRoute("all"), target).diagnostics())
                .anySatisfy(found -> assertThat(found.field()).startsWith("spec.sources[0]"));
    }

    @Test
    void s18_a_source_that_exists_nowhere_and_a_destination_nobody_runs_as_are_told() {
        String[] mesh = {tcpRoute("all"), target("t", "api", List.of("ghost"), "TCPRoute/all")};
        says(Code.TARGET_SOURCE_UNKNOWN, "spec.sources[0].name", mesh);
        says(Code.TARGET_DESTINATION_UNKNOWN, "spec.destination.name", mesh);
        assertThat(build(
                                tcpRoute("all"),
                                target("t", "api", List.of("b", "default"), "TCPRoute/all"),
                                object("v1", "ServiceAccount", "b", ""),
                                workload("api", "api"))
                        .diagnostics())
                .extracting(Diagnostic::code)
                .isEmpty();
    }

    @Test
    void a_namespace_opens_itself_in_a_mesh_that_denies_only_where_that_is_allowed() {
        ClusterState open = state(
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {weir.io/mode: permissive}}\n",
                workload("api", "api"));
        for (Mode mesh : Mode.values()) {
            MeshSettings strict = new MeshSettings(
                    "cluster.local", "cluster.local", mesh, PathMatch.PREFIX, MeshSettings.Loosening.REFUSED);
            assertThat(mode(open, strict)).isEqualTo(mesh);
            assertThat(MeshModelBuilder.build(open, strict).diagnostics())
                    .filteredOn(diagnostic -> diagnostic.code().equals(Code.NAMESPACE_MODE.code()))
                    .hasSize(mesh == Mode.DENY ? 1 : 0);
        }
    }

    @Test
    void s24_a_path_may_have_to_match_in_full_where_the_mesh_is_told_so() {
        ClusterState state =
                state(workload("api", "api"), ROUTES, target("t", "api", List.of("a"), "HTTPRouteGroup/routes#api"));
        MeshSettings full = new MeshSettings("cluster.local", "cluster.local", Mode.DENY, PathMatch.FULL);
        Grant.Http grant = (Grant.Http)
                MeshModelBuilder.build(state, full).model().grants().get(API).getFirst();
        assertThat(grant.matches()).extracting(RequestMatch::pathRegex).containsExactly("(?:/api)");
    }

    @Test
    void s23_to_s27_a_match_says_what_it_said_in_neutral_words() {
        String group = group(
                "routes",
                "{name: all}",
                "{name: some, pathRegex: api, methods: [GET, POST], headers: [{Host: 'a.*'}, {X-Y: b}]}",
                "{name: any, methods: ['*', GET]}");
        Grant.Http grant = (Grant.Http) only(group, target("t", "api", List.of("a"), "HTTPRouteGroup/routes"));
        assertThat(grant.matches())
                .containsExactly(
                        new RequestMatch("HTTPRouteGroup shop/routes#all", null, new TreeSet<>(), List.of()),
                        new RequestMatch(
                                "HTTPRouteGroup shop/routes#some",
                                "(?:/api).*",
                                new TreeSet<>(List.of("GET", "POST")),
                                List.of(new HeaderMatch(":authority", "a.*"), new HeaderMatch("x-y", "b"))),
                        new RequestMatch("HTTPRouteGroup shop/routes#any", null, new TreeSet<>(), List.of()));
    }
}
