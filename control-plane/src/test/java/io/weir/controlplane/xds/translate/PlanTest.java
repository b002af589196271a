package io.weir.controlplane.xds.translate;

import static io.weir.controlplane.model.TestMesh.keys;
import static io.weir.controlplane.model.TestMesh.tcp;
import static io.weir.controlplane.model.TestMesh.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.TestMesh;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.policy.InboundResolver;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundResolver;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static TestMesh shop() {
        return new TestMesh()
                .service("shop/store", 80, AppProtocol.HTTP)
                .service("shop/store", 9000, AppProtocol.TCP)
                .service("shop/store", 53, AppProtocol.UDP)
                .service("shop/v2", 80, AppProtocol.HTTP)
                .service("shop/v2", 9000, AppProtocol.TCP)
                .service("shop/v2", 53, AppProtocol.UDP)
                .workload("shop/one", Mode.DENY, "shop/store")
                .workload("shop/two", Mode.DENY, "shop/v2");
    }

    private static Set<Recipe> added(MeshModel before, MeshModel after) {
        Set<Recipe> recipes = new HashSet<>(Translated.of(after, "shop/one").recipes());
        recipes.removeAll(Set.copyOf(Translated.of(before, "shop/one").recipes()));
        return recipes;
    }

    private static List<String> names(Iterable<Recipe> recipes) {
        List<String> names = new ArrayList<>();
        recipes.forEach(recipe -> names.add(recipe.type() + " " + recipe.name()));
        names.sort(null);
        return names;
    }

    @Test
    void equal_meshes_make_equal_recipes_and_equal_versions() {
        assertThat(Translated.of(shop().build(), "shop/one")).isEqualTo(Translated.of(shop().build(), "shop/one"));
        List<String> versions = versions(shop().build());
        assertThat(versions(shop().build())).isEqualTo(versions);
    }

    private static List<String> versions(MeshModel mesh) {
        return Translated.of(mesh, "shop/one").recipes().stream()
                .map(recipe -> XdsResource.of(recipe.type(), recipe.name(), recipe.build())
                        .version())
                .toList();
    }

    @Test
    void every_resource_is_named_once() {
        assertThat(names(Translated.of(shop().build(), "shop/one").recipes())).doesNotHaveDuplicates();
    }

    @Test
    void new_weights_of_http_are_one_small_resource() {
        MeshModel before = shop().split(tcp("shop/store", 80), List.of(), "shop/store=90", "shop/v2=10")
                .build();
        MeshModel after = shop().split(tcp("shop/store", 80), List.of(), "shop/store=50", "shop/v2=50")
                .build();
        assertThat(names(added(before, after))).containsExactly("ROUTE outbound/shop/store/80");
    }

    @Test
    void new_weights_of_tcp_are_its_listener_and_of_udp_its_endpoints() {
        MeshModel before = shop().split(tcp("shop/store", 9000), List.of(), "shop/store=90", "shop/v2=10")
                .split(udp("shop/store", 53), List.of(), "shop/store=90", "shop/v2=10")
                .build();
        MeshModel after = shop().split(tcp("shop/store", 9000), List.of(), "shop/store=50", "shop/v2=50")
                .split(udp("shop/store", 53), List.of(), "shop/store=50", "shop/v2=50")
                .build();
        assertThat(names(added(before, after)))
                .containsExactly("ENDPOINT outbound/shop/store/53/udp", "LISTENER outbound/shop/store/9000");
    }

    @Test
    void a_new_grant_for_http_is_one_route_configuration() {
        assertThat(names(added(
                        shop().build(), shop().allow("shop/one", "shop/two").build())))
                .containsExactly("ROUTE inbound/80");
    }

    @Test
    void a_target_under_audit_is_tried_out_at_http_ports_of_deny_mode_alone() {
        assertThat(tried(Mode.DENY)).containsExactly("ROUTE inbound/80");
        assertThat(tried(Mode.PERMISSIVE)).isEmpty();
    }

    /** What two targets under audit change, which are about every port. */
    private static List<String> tried(Mode mode) {
        String mesh = Yaml.workload(
                "one",
                "one",
                "{name: http, port: 80}",
                "{name: tcp, port: 9000}",
                "{name: udp, port: 53, protocol: UDP}");
        String[] audited = {
            mesh,
            Yaml.group("routes", "{name: all, pathRegex: /}"),
            Yaml.tcpRoute("raw", 9000),
            Yaml.udpRoute("dns", 53),
            Yaml.audited(Yaml.target("web", "one", List.of("two"), "HTTPRouteGroup/routes"), "true"),
            Yaml.audited(Yaml.target("rest", "one", List.of("two"), "TCPRoute/raw", "UDPRoute/dns"), "true")
        };
        MeshSettings settings = new MeshSettings("cluster.local", "cluster.local", mode);
        Set<Recipe> recipes = reporting(settings, audited);
        recipes.removeAll(reporting(settings, mesh));
        return names(recipes);
    }

    private static Set<Recipe> reporting(MeshSettings settings, String... documents) {
        MeshModel model =
                MeshModelBuilder.build(Yaml.state(documents), settings).model();
        return new HashSet<>(Translated.of(model, "shop/one", Telemetry.EDGES).recipes());
    }

    @Test
    void new_endpoints_concern_their_own_assignment_only() {
        OutboundPolicy policy = OutboundResolver.resolve(shop().build());
        assertThat(names(Plan.endpoints(policy, shop().build().endpoints(), keys(tcp("shop/v2", 80)))))
                .containsExactly("ENDPOINT outbound/shop/v2/80");
    }

    @Test
    void new_endpoints_of_a_udp_backend_concern_its_roots_too() {
        MeshModel mesh = shop().split(udp("shop/store", 53), List.of(), "shop/store=90", "shop/v2=10")
                .build();
        OutboundPolicy policy = OutboundResolver.resolve(mesh);
        assertThat(names(Plan.endpoints(policy, mesh.endpoints(), keys(udp("shop/v2", 53)))))
                .containsExactly("ENDPOINT outbound/shop/store/53/udp", "ENDPOINT outbound/shop/v2/53/udp");
    }

    @Test
    void all_assignments_together_are_those_of_all_changed_keys() {
        MeshModel mesh = shop().build();
        OutboundPolicy policy = OutboundResolver.resolve(mesh);
        assertThat(Plan.endpoints(policy, mesh.endpoints()))
                .isEqualTo(
                        Plan.endpoints(policy, mesh.endpoints(), policy.ports().keySet()));
    }

    @Test
    void udp_sessions_are_shared_by_weight_however_many_endpoints_a_backend_has() {
        MeshModel mesh = shop().endpoint(udp("shop/v2", 53), new Endpoint("127.0.0.9", 53, false))
                .split(udp("shop/store", 53), List.of(), "shop/store=75", "shop/v2=25")
                .build();
        assertThat(weights(mesh)).isEqualTo(Map.of("127.20.1.1", 150, "127.20.2.1", 25, "127.0.0.9", 25));
    }

    @Test
    void a_udp_backend_without_endpoints_keeps_its_share() {
        MeshModel mesh = new TestMesh()
                .service("shop/store", 53, AppProtocol.UDP)
                .service("shop/v2", 53, AppProtocol.UDP)
                .workload("shop/one", Mode.DENY, "shop/store")
                .split(udp("shop/store", 53), List.of(), "shop/store=75", "shop/v2=25")
                .build();
        assertThat(weights(mesh)).isEqualTo(Map.of("127.20.1.1", 75, "127.255.255.254", 25));
    }

    @Test
    void a_udp_endpoint_of_two_backends_stands_once_with_both_weights() {
        MeshModel mesh = shop().endpoint(udp("shop/v2", 53), new Endpoint("127.20.1.1", 53, false))
                .split(udp("shop/store", 53), List.of(), "shop/store=50", "shop/v2=50")
                .build();
        assertThat(weights(mesh)).isEqualTo(Map.of("127.20.1.1", 150, "127.20.2.1", 50));
    }

    private static Map<String, Integer> weights(MeshModel mesh) {
        Recipe recipe = Plan.endpoints(OutboundResolver.resolve(mesh), mesh.endpoints(), keys(udp("shop/store", 53)))
                .getFirst();
        Map<String, Integer> weights = new TreeMap<>();
        for (LbEndpoint endpoint :
                ((ClusterLoadAssignment) recipe.build()).getEndpoints(0).getLbEndpointsList()) {
            weights.put(
                    endpoint.getEndpoint().getAddress().getSocketAddress().getAddress(),
                    endpoint.getLoadBalancingWeight().getValue());
        }
        return weights;
    }

    @Test
    void a_workload_without_a_sidecar_needs_nothing() {
        MeshModel mesh = shop().build();
        Workload meshed = mesh.workloads().get(new WorkloadKey("shop", "one"));
        Workload plain =
                new Workload(meshed.key(), meshed.uid(), meshed.identity(), meshed.ports(), meshed.mode(), null);
        assertThat(Plan.own(
                        plain,
                        InboundResolver.resolve(mesh, plain),
                        OutboundResolver.resolve(mesh),
                        mesh.loopback(),
                        Observation.NONE))
                .isEmpty();
    }

    @Test
    void every_cluster_and_route_configuration_that_is_named_is_there() {
        MeshModel mesh = shop().split(tcp("shop/store", 80), List.of(), "shop/store=90", "shop/v2=10")
                .split(tcp("shop/store", 9000), List.of(), "shop/store=90", "shop/v2=10")
                .build();
        Translated translated = Translated.of(mesh, "shop/one");
        List<String> routes = translated.recipes().stream()
                .filter(recipe -> recipe.type() == XdsType.ROUTE)
                .map(Recipe::name)
                .toList();
        assertThat(routes).containsExactly("http-proxy", "inbound/80", "outbound/shop/store/80", "outbound/shop/v2/80");
        List<String> clusters = translated.recipes().stream()
                .filter(recipe -> recipe.type() == XdsType.CLUSTER)
                .map(Recipe::name)
                .toList();
        assertThat(clusters)
                .contains("http-proxy", "local/80", "local/9000", "local/53/udp")
                .containsAll(mesh.routes().keySet().stream()
                        .map(ServicePortKey::toString)
                        .map("outbound/"::concat)
                        .toList());
    }
}
