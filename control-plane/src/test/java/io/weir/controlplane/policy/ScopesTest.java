package io.weir.controlplane.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.reference.Call;
import io.weir.controlplane.reference.Outcome;
import io.weir.controlplane.reference.RandomMesh;
import io.weir.controlplane.reference.ReferenceEvaluator;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.InCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScopesTest {

    private static final int MESHES = 1_000;
    private static final int CALLS = 25;
    private static final Identity THIEF = new Identity("shop", "thief");

    private static final String HTTP = "{name: http, port: 80}";

    private final List<String> mesh = new ArrayList<>(List.of(
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: open, annotations: {weir.io/mode: permissive}}\n",
            Yaml.group("all", "{name: all, pathRegex: '.*'}"),
            Yaml.target("granting", "granting", List.of("thief"), "HTTPRouteGroup/all"),
            Yaml.audited(Yaml.target("trying", "trying", List.of("thief"), "HTTPRouteGroup/all"), "enabled"),
            Yaml.serviceFor("empty", "nobody", HTTP),
            Yaml.split("root", "root", "refusing=1")));

    ScopesTest() {
        for (String app : List.of("refusing", "granting", "trying", "open/permissive", "root")) {
            app(app, HTTP);
        }
        app("stream", "{name: tcp-stream, port: 80}");
    }

    private void app(String name, String port) {
        String bare = name.substring(name.indexOf('/') + 1);
        mesh.add(Yaml.workload(name, bare, port));
        mesh.add(Yaml.serviceFor(name, bare, port));
    }

    private static ClusterState cluster(ClusterState folder) {
        List<Object> keys = Stream.concat(folder.replicas().keySet().stream(), folder.services().keySet().stream())
                .map(key -> (Object) key)
                .toList();
        return new InCluster(
                        key -> List.of("10.1.0." + (keys.indexOf(key) + 1)),
                        key -> List.of("10.96.0." + (keys.indexOf(key) + 1)))
                .of(folder);
    }

    private static Scopes scopes(ClusterState state, Mode mode) {
        MeshModel mesh = MeshModelBuilder.build(state, new MeshSettings("cluster.local", "cluster.local", mode))
                .model();
        return Scopes.of(mesh, OutboundResolver.resolve(mesh));
    }

    private Set<String> beyond(Mode mode) {
        return scopes(cluster(Yaml.state(mesh.toArray(String[]::new))), mode).of(THIEF).beyond().stream()
                .map(ServicePortKey::toString)
                .collect(Collectors.toSet());
    }

    @Test
    void beyond_a_scope_is_what_everybody_behind_it_refuses() {
        assertThat(beyond(Mode.DENY)).containsExactly("shop/refusing/80");
    }

    @Test
    void a_mesh_that_refuses_nothing_is_told_whole() {
        assertThat(beyond(Mode.PERMISSIVE)).isEmpty();
    }

    @Test
    void one_workload_that_may_answer_keeps_its_service_in_every_scope() {
        mesh.add(Yaml.workloadFor("bare", "refusing", "refusing", HTTP)
                .replaceFirst("metadata: \\{", "metadata: {annotations: {weir.io/inject: disabled}, "));
        assertThat(beyond(Mode.DENY)).isEmpty();
    }

    @Test
    void ports_that_few_services_use_are_told_to_all() {
        for (int port = 8000; port < 8016; port++) {
            for (String name : List.of("a", "b", "c", "d", "e", "f")) {
                app(name + port, "{name: http, port: %d}".formatted(port));
            }
        }
        assertThat(beyond(Mode.DENY)).hasSize(96).doesNotContain("shop/refusing/80");
    }

    @Test
    void of_two_services_that_claim_one_address_the_first_has_it() {
        ClusterState folder = Yaml.state(mesh.toArray(String[]::new));
        ClusterState same = new InCluster(
                        key -> List.of("10.1.0."
                                + (1 + List.copyOf(folder.replicas().keySet()).indexOf(key))),
                        _ -> List.of("10.96.0.1"))
                .of(folder);
        assertThat(scopes(same, Mode.DENY).aliased()).hasSize(1);
    }

    /** Scope changes what is known, and never what is answered. */
    @Test
    void nothing_that_anybody_would_answer_is_beyond_a_scope_on_random_meshes() {
        int beyond = 0;
        int within = 0;
        for (long seed = 0; seed < MESHES; seed++) {
            ClusterState folder = Yaml.state(RandomMesh.manifests(seed).toArray(String[]::new));
            Scopes scopes = scopes(cluster(folder), Mode.DENY);
            ReferenceEvaluator reference = new ReferenceEvaluator(folder, Mode.DENY);
            for (Call call : RandomMesh.calls(seed, folder, CALLS)) {
                Identity caller = call.source();
                ServicePortKey port = new ServicePortKey(call.service(), call.port(), call.transport());
                if (caller != null && scopes.of(caller).beyond().contains(port)) {
                    assertThat(reference.evaluate(call).served().values())
                            .as("seed %d, %s", seed, call)
                            .allMatch(served -> served.stream().noneMatch(Outcome.Served::allowed));
                    beyond++;
                } else {
                    within++;
                }
            }
        }
        assertThat(List.of(beyond, within)).allMatch(count -> count > 1_000);
    }
}
