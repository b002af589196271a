package io.weir.controlplane.xds.translate;

import static io.weir.controlplane.reference.Yaml.object;
import static io.weir.controlplane.reference.Yaml.serviceFor;
import static io.weir.controlplane.reference.Yaml.split;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What proxies get whose traffic is redirected, or who are called explicitly. */
class RedirectedPlanTest {

    private static final Map<String, String> CLUSTER_IPS =
            Map.of("store", "10.96.3.4", "v2", "10.96.0.2", "plain", "10.96.0.3", "twin", "10.112.3.4");

    private static final Map<String, String> PODS =
            Map.of("store", "10.1.0.1", "v2", "10.1.0.2", "plain", "10.1.0.3", "buyer", "10.1.0.4");

    private static MeshModel mesh(String... documents) {
        InCluster cluster = new InCluster(
                (WorkloadKey key) -> List.of(PODS.get(key.name())),
                (ServiceKey key) ->
                        key.name().startsWith("headless") ? List.of() : List.of(CLUSTER_IPS.get(key.name())));
        return MeshModelBuilder.build(cluster.of(state(documents)), MeshSettings.defaults())
                .model();
    }

    private static List<String> names(MeshModel mesh, XdsType type) {
        return Translated.of(mesh, "shop/buyer").recipes().stream()
                .filter(recipe -> recipe.type() == type)
                .map(Recipe::name)
                .toList();
    }

    private static String annotated(String name, String annotation) {
        return object(
                "weir.io/v1alpha1",
                "Workload",
                name,
                ", labels: {app: " + name + "}, annotations: {" + annotation + "}",
                "spec: {ports: [{name: http, port: 80}]}");
    }

    @Test
    void a_service_without_a_sidecar_behind_it_has_neither_listener_nor_cluster() {
        MeshModel mesh = mesh(
                annotated("plain", "weir.io/inject: disabled"),
                workload("store", "a", "{name: http, port: 80}"),
                workload("buyer", "b"),
                serviceFor("plain", "plain", "{name: http, port: 80}"),
                serviceFor("store", "store", "{name: http, port: 80}"));
        assertThat(names(mesh, XdsType.LISTENER))
                .containsExactly("outbound/shop/store/80", "virtual-inbound", "virtual-outbound");
        assertThat(names(mesh, XdsType.CLUSTER))
                .containsExactly("local/undeclared", "outbound/shop/store/80", "passthrough");
        assertThat(names(mesh, XdsType.ROUTE)).containsExactly("outbound/shop/store/80");
    }

    @Test
    void the_backends_of_a_split_have_clusters_whoever_is_behind_them() {
        MeshModel mesh = mesh(
                annotated("plain", "weir.io/inject: disabled"),
                workload("buyer", "b"),
                serviceFor("plain", "plain", "{name: http, port: 80}"),
                serviceFor("store", "nobody", "{name: http, port: 80}"),
                split("split", "store", "plain=1"));
        assertThat(names(mesh, XdsType.LISTENER)).contains("outbound/shop/store/80");
        assertThat(names(mesh, XdsType.CLUSTER))
                .containsExactly("local/undeclared", "outbound/shop/plain/80", "passthrough");
    }

    @Test
    void datagrams_have_no_outbound_listener() {
        MeshModel mesh = mesh(
                workload("store", "a", "{name: dns, port: 53, protocol: UDP}"),
                workload("buyer", "b"),
                serviceFor("store", "store", "{port: 53, protocol: UDP}"));
        assertThat(names(mesh, XdsType.LISTENER)).containsExactly("virtual-inbound", "virtual-outbound");
    }

    @Test
    void a_pod_behind_two_headless_services_has_one_listener() {
        MeshModel mesh = mesh(
                workload("store", "a", "{name: tcp, port: 5432}"),
                workload("buyer", "b"),
                serviceFor("headless-a", "store", "{name: tcp, port: 5432}"),
                serviceFor("headless-b", "store", "{name: tcp, port: 5432}"));
        assertThat(names(mesh, XdsType.LISTENER))
                .containsExactly("direct/10.1.0.1:5432", "virtual-inbound", "virtual-outbound");
        assertThat(names(mesh, XdsType.CLUSTER))
                .containsExactly("direct/shop/headless-a/5432", "local/undeclared", "passthrough");
    }

    @Test
    void an_explicit_proxy_listens_at_the_rest_of_the_cluster_ip_and_above_the_low_ports() {
        MeshModel mesh = mesh(
                workload("store", "a", "{name: http, port: 80}"),
                annotated("buyer", "weir.io/interception: explicit"),
                serviceFor("store", "store", "{name: http, port: 80}", "{name: tcp, port: 9000}"),
                // Of another range of Services: it has the same rest, and the first keeps it.
                serviceFor("twin", "store", "{name: tcp, port: 9000}"));
        assertThat(Translated.of(mesh, "shop/buyer").recipes().stream()
                        .filter(OutboundListener.class::isInstance)
                        .map(recipe -> ((OutboundListener) recipe).at()))
                .containsExactly(Bind.socket("127.16.3.4", 10_080), Bind.socket("127.16.3.4", 9000));
        assertThat(names(mesh, XdsType.LISTENER)).doesNotContain("virtual-inbound", "virtual-outbound");
    }
}
