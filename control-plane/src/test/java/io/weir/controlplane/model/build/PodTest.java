package io.weir.controlplane.model.build;

import static io.weir.controlplane.reference.Yaml.object;
import static io.weir.controlplane.reference.Yaml.service;
import static io.weir.controlplane.reference.Yaml.serviceFor;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshService;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.InCluster;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Workloads that are pods of a cluster. */
class PodTest {

    private static final List<String> ADDRESSES = List.of("10.1.0.1", "fd00:1::1");

    private static ClusterState cluster(String... documents) {
        return new InCluster(_ -> ADDRESSES, _ -> List.of("10.96.0.1")).of(state(documents));
    }

    private static MeshModel model(ClusterState state) {
        return MeshModelBuilder.build(state, MeshSettings.defaults()).model();
    }

    private static MeshModel model(String... documents) {
        return model(cluster(documents));
    }

    private static ServicePortKey key(String service, int port, Transport transport) {
        return new ServicePortKey(new ServiceKey("shop", service), port, transport);
    }

    private static MeshService web(MeshModel model) {
        return model.services().get(new ServiceKey("shop", "web"));
    }

    private static String annotated(String annotation) {
        return object(
                "weir.io/v1alpha1",
                "Workload",
                "web",
                ", labels: {app: web}, annotations: {" + annotation + "}",
                "spec: {ports: [{name: http, port: 80}, {name: tcp, port: 9000}]}");
    }

    @Test
    void a_pod_is_called_at_every_address_of_its_own_over_mtls_and_by_the_apps_port() {
        MeshModel model = model(workload("web", "a", "{port: 80}"), service("web", "{port: 8080, targetPort: 80}"));
        assertThat(model.endpoints().get(key("web", 8080, Transport.TCP)))
                .containsExactly(new Endpoint("10.1.0.1", 80, true), new Endpoint("fd00:1::1", 80, true));
        assertThat(web(model).guarded()).containsExactly(key("web", 8080, Transport.TCP));
    }

    @Test
    void an_address_that_is_none_of_the_pods_is_called_in_plaintext() {
        ClusterState state = cluster(workload("web", "a", "{port: 80}"), service("web", "{port: 80}"));
        TreeMap<ServicePortKey, List<BackendAddress>> endpoints = new TreeMap<>(state.endpoints());
        endpoints.put(
                key("web", 80, Transport.TCP),
                List.of(new BackendAddress("10.9.9.9", 80, true, new WorkloadKey("shop", "web"))));
        ClusterState forged = new ClusterState(
                state.namespaces(),
                state.services(),
                state.serviceAccounts(),
                state.replicas(),
                endpoints,
                state.smi(),
                state.loopback(),
                state.locations(),
                state.diagnostics());
        assertThat(model(forged).endpoints().get(key("web", 80, Transport.TCP)))
                .containsExactly(new Endpoint("10.9.9.9", 80, false));
    }

    @Test
    void a_udp_port_is_called_as_the_app_has_it_and_bound_where_the_kernel_redirects() {
        MeshModel model = model(
                workload("web", "a", "{port: 53, protocol: UDP}", "{port: 54, protocol: UDP}"),
                service("web", "{port: 54, protocol: UDP}"));
        assertThat(model.endpoints().get(key("web", 54, Transport.UDP)))
                .containsExactly(new Endpoint("10.1.0.1", 54, true), new Endpoint("fd00:1::1", 54, true));
        assertThat(model.workloads().get(new WorkloadKey("shop", "web")).ports())
                .extracting(WorkloadPort::bindPort)
                .containsExactly(15_300, 15_301);
    }

    @Test
    void a_udp_port_that_only_a_service_knows_is_not_guarded() {
        MeshModel model = model(workload("web", "a"), service("web", "{port: 53, protocol: UDP}"));
        assertThat(model.endpoints().get(key("web", 53, Transport.UDP)))
                .extracting(Endpoint::mtls)
                .containsOnly(false);
        assertThat(web(model).guarded()).isEmpty();
    }

    @Test
    void an_excluded_port_is_called_in_plaintext_and_is_not_guarded() {
        MeshModel model = model(
                annotated("weir.io/exclude-inbound-ports: \"9000\""),
                service("web", "{name: a, port: 80}", "{name: b, port: 9000}"));
        assertThat(model.endpoints().get(key("web", 9000, Transport.TCP)))
                .extracting(Endpoint::mtls)
                .containsOnly(false);
        assertThat(web(model).guarded()).containsExactly(key("web", 80, Transport.TCP));
    }

    @Test
    void a_pod_without_redirection_is_meshed_and_guards_nothing() {
        MeshModel model = model(annotated("weir.io/interception: explicit"), service("web", "{name: http, port: 80}"));
        assertThat(model.workloads().get(new WorkloadKey("shop", "web")).meshed())
                .isTrue();
        assertThat(model.endpoints().get(key("web", 80, Transport.TCP)))
                .extracting(Endpoint::mtls)
                .containsOnly(false);
        assertThat(web(model).guarded()).isEmpty();
    }

    @Test
    void a_port_is_guarded_by_pods_that_are_not_ready_too_so_that_no_restart_changes_how_it_is_called() {
        String unready = workload("web", "a", "{port: 80}").replace("spec: {", "spec: {ready: false, ");
        MeshModel model = model(unready, service("web", "{port: 80}"), serviceFor("other", "none", "{port: 80}"));
        assertThat(web(model).guarded()).containsExactly(key("web", 80, Transport.TCP));
        assertThat(model.services().get(new ServiceKey("shop", "other")).guarded())
                .isEmpty();
    }

    @Test
    void pods_behind_a_headless_service_are_called_by_their_addresses_ready_or_not() {
        String unready = workload("web", "a", "{port: 80}").replace("spec: {", "spec: {ready: false, ");
        ClusterState headless =
                new InCluster(_ -> ADDRESSES, _ -> List.of()).of(state(unready, service("web", "{port: 80}")));
        assertThat(model(headless).direct())
                .isEqualTo(Map.of(
                        key("web", 80, Transport.TCP),
                        List.of(new Endpoint("10.1.0.1", 80, true), new Endpoint("fd00:1::1", 80, true))));
        assertThat(model(unready, service("web", "{port: 80}")).direct()).isEmpty();
    }

    @Test
    void a_sidecar_that_comes_is_seen_by_a_rebuild() {
        ClusterState before = cluster(annotated("weir.io/inject: disabled"), service("web", "{name: http, port: 80}"));
        ClusterState after = cluster(annotated("x: y"), service("web", "{name: http, port: 80}"));
        Built built = MeshModelBuilder.build(before, MeshSettings.defaults());
        assertThat(MeshModelBuilder.rebuild(built, before, after).model()).isEqualTo(model(after));
        assertThat(web(model(before)).guarded()).isEmpty();
        assertThat(web(model(after)).guarded()).isNotEmpty();
    }
}
