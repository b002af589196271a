package io.weir.controlplane.model.build;

import static io.weir.controlplane.reference.Yaml.object;
import static io.weir.controlplane.reference.Yaml.service;
import static io.weir.controlplane.reference.Yaml.serviceFor;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.workload;
import static io.weir.controlplane.reference.Yaml.workloadFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.WorkloadPort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    private static MeshModel model(String... documents) {
        return MeshModelBuilder.build(state(documents), MeshSettings.defaults()).model();
    }

    private static Workload only(String... documents) {
        return model(documents).workloads().values().iterator().next();
    }

    private static List<Endpoint> endpoints(MeshModel model, String service, int port) {
        return model.endpoints().get(new ServicePortKey(new ServiceKey("shop", service), port, Transport.TCP));
    }

    @Test
    void s48_app_protocol_comes_before_the_name_and_the_name_before_tcp() {
        Map<String, AppProtocol> rows = Map.ofEntries(
                Map.entry("http", AppProtocol.HTTP),
                Map.entry("http2", AppProtocol.HTTP),
                Map.entry("http-web", AppProtocol.HTTP),
                Map.entry("grpc-api", AppProtocol.HTTP),
                Map.entry("tcp-x", AppProtocol.TCP),
                Map.entry("https", AppProtocol.TCP),
                Map.entry("httpx", AppProtocol.TCP),
                Map.entry("", AppProtocol.TCP));
        rows.forEach((name, protocol) ->
                assertThat(Protocols.of(Transport.TCP, null, name)).as(name).isEqualTo(protocol));
        for (String written : List.of("http", "HTTP", "http2", "grpc", "ws", "kubernetes.io/h2c", "kubernetes.io/ws")) {
            assertThat(Protocols.of(Transport.TCP, written, "tcp")).as(written).isEqualTo(AppProtocol.HTTP);
        }
        for (String written : List.of("https", "tcp", "kubernetes.io/wss", "mysql")) {
            assertThat(Protocols.of(Transport.TCP, written, "http")).as(written).isEqualTo(AppProtocol.TCP);
        }
        assertThat(Protocols.of(Transport.UDP, "http", "http")).isEqualTo(AppProtocol.UDP);
    }

    @Test
    void s48_a_workloads_port_speaks_what_services_say_before_what_it_says_itself() {
        String workload = workload("web", "a", "{name: tcp, port: 8080}", "{name: http, port: 8081}");
        assertThat(only(workload, service("web", "{name: http, port: 80, targetPort: 8080}"))
                        .ports())
                .extracting(WorkloadPort::protocol)
                .containsExactly(AppProtocol.HTTP, AppProtocol.HTTP);
    }

    @Test
    void s48_where_services_disagree_http_wins_and_the_other_is_told() {
        String[] mesh = {
            workload("web", "a", "{port: 8080}"),
            service("web", "{name: http, port: 80, targetPort: 8080}"),
            serviceFor("raw", "web", "{port: 81, targetPort: 8080}")
        };
        assertThat(only(mesh).ports()).extracting(WorkloadPort::protocol).containsExactly(AppProtocol.HTTP);
        assertThat(MeshModelBuilder.build(state(mesh), MeshSettings.defaults()).diagnostics())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.code()).isEqualTo(Code.PROTOCOL_DISAGREEMENT.code());
                    assertThat(found.object().name()).isEqualTo("raw");
                });
    }

    @Test
    void a_named_target_port_may_be_another_number_for_each_workload() {
        MeshModel model = model(
                workloadFor("one", "web", "a", "{name: main, port: 8080}"),
                workloadFor("two", "web", "b", "{name: main, port: 9090}"),
                workloadFor("none", "web", "c", "{name: other, port: 1}"),
                service("web", "{port: 80, targetPort: main}"));
        assertThat(endpoints(model, "web", 80)).extracting(Endpoint::port).containsExactlyInAnyOrder(8080, 9090);
        assertThat(model.services().get(new ServiceKey("shop", "web")).accounts())
                .containsExactly(new Identity("shop", "a"), new Identity("shop", "b"));
    }

    @Test
    void s18_a_service_has_the_accounts_of_workloads_that_are_not_ready_and_no_endpoint_of_them() {
        String unready = workload("web", "a", "{port: 80}").replace("spec: {", "spec: {ready: false, ");
        MeshModel model = model(unready, service("web", "{port: 80}"));
        assertThat(endpoints(model, "web", 80)).isEmpty();
        assertThat(model.services().get(new ServiceKey("shop", "web")).accounts())
                .containsExactly(new Identity("shop", "a"));
    }

    @Test
    void a_workload_without_a_sidecar_is_called_in_plaintext_where_its_app_listens() {
        String bare = object(
                "weir.io/v1alpha1",
                "Workload",
                "web",
                ", labels: {app: web}, annotations: {weir.io/inject: disabled}",
                "spec: {address: 127.0.0.9, ports: [{port: 80}]}");
        MeshModel model = model(bare, service("web", "{port: 80}"));
        assertThat(endpoints(model, "web", 80)).containsExactly(new Endpoint("127.0.0.9", 80, false));
        assertThat(model.workloads().get(new WorkloadKey("shop", "web")).meshed())
                .isFalse();
    }

    @Test
    void a_sidecar_binds_a_low_port_higher_and_callers_go_there() {
        MeshModel model = model(workload("web", "a", "{port: 80}"), service("web", "{port: 80}"));
        assertThat(endpoints(model, "web", 80)).containsExactly(new Endpoint("127.16.16.1", 10_080, true));
        assertThat(model.workloads().get(new WorkloadKey("shop", "web")).ports())
                .containsExactly(new WorkloadPort(80, AppProtocol.TCP, "127.0.0.1", 80, "127.16.16.1", 10_080));
    }

    @Test
    void a_port_that_only_a_service_knows_is_a_port_of_the_workload_nevertheless() {
        MeshModel model = model(workload("web", "a"), service("web", "{name: http, port: 80, targetPort: 8080}"));
        assertThat(model.workloads().values().iterator().next().ports())
                .containsExactly(new WorkloadPort(8080, AppProtocol.HTTP, "127.0.0.1", 8080, "127.16.16.1", 8080));
    }

    @Test
    void a_service_without_a_selector_is_told() {
        String manifest = service("web", "{port: 80}").replace("selector: {app: web}, ", "");
        assertThat(MeshModelBuilder.build(state(manifest), MeshSettings.defaults())
                        .diagnostics())
                .singleElement()
                .satisfies(found -> assertThat(found.message()).startsWith("There is no selector"));
    }

    @Test
    void a_service_that_selects_nothing_is_told() {
        assertThat(MeshModelBuilder.build(state(service("web", "{port: 80}")), MeshSettings.defaults())
                        .diagnostics())
                .singleElement()
                .satisfies(found -> assertThat(found.code()).isEqualTo(Code.SELECTS_NOTHING.code()));
    }
}
