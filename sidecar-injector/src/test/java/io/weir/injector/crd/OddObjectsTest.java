package io.weir.injector.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.weir.smi.SmiKind;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists and watches go on whatever is stored, and whether or not anybody converts. */
@Tag("kube")
final class OddObjectsTest {

    private static final SmiCluster CLUSTER = SmiCluster.ready();

    private final String namespace = CLUSTER.kube().namespace("odd");

    @AfterAll
    static void end() {
        CLUSTER.close();
    }

    @Test
    void what_was_stored_before_validation_came_breaks_no_list_in_any_version() {
        CLUSTER.create(namespace, """
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {name: good}
                spec: {matches: [{name: m}]}
                """);
        // Without the webhooks the schema alone stands between a client and what is stored.
        CLUSTER.stopWebhooks();
        for (String odd : List.of(
                "{name: empty, metadata: {}}",
                "{name: text-for-headers, spec: {matches: [{name: m, headers: what}]}}",
                "{name: no-regex, spec: {matches: [{name: \"\", pathRegex: \"(\", methods: []}]}}",
                "{name: unknown, spec: {matches: [{name: m, more: {of: [it]}}]}}",
                "{name: annotated, annotations: {conv.weir.io/spec: \"}{\"}, spec: {}}")) {
            ObjectNode group = SmiCluster.tree("{apiVersion: specs.smi-spec.io/v1alpha4, kind: HTTPRouteGroup}");
            ObjectNode given = SmiCluster.tree(odd);
            group.putObject("metadata").set("name", given.get("name"));
            if (given.has("annotations")) {
                ((ObjectNode) group.get("metadata")).set("annotations", given.get("annotations"));
            }
            if (given.at("/spec/matches").isArray()) {
                group.set("spec", given.get("spec"));
            }
            CLUSTER.create(namespace, group);
        }
        CLUSTER.client().raw(SmiCluster.path(SmiKind.HTTP_ROUTE_GROUP, "v1alpha4", namespace), "POST", deep(900));
        CLUSTER.restartWebhooks();

        for (String version : SmiKind.HTTP_ROUTE_GROUP.versions()) {
            assertThat(CLUSTER.list(SmiKind.HTTP_ROUTE_GROUP, version, namespace)
                            .valueStream()
                            .map(group -> group.at("/metadata/name").asString()))
                    .as(version)
                    .containsExactlyInAnyOrder(
                            "good", "empty", "text-for-headers", "no-regex", "unknown", "annotated", "deep");
        }
    }

    /** Headers may be of any shape, as far as the schema goes. */
    private static String deep(int levels) {
        return """
                {"apiVersion": "specs.smi-spec.io/v1alpha4", "kind": "HTTPRouteGroup", "metadata": {"name": "deep"},
                 "spec": {"matches": [{"name": "m", "headers": %s1%s}]}}
                """.formatted("{\"h\":".repeat(levels), "}".repeat(levels));
    }

    @Test
    void a_list_larger_than_any_object_is_converted_whole() {
        String large = "x".repeat(200_000);
        for (int i = 0; i < 50; i++) {
            CLUSTER.create(namespace, """
                    apiVersion: split.smi-spec.io/v1alpha4
                    kind: TrafficSplit
                    metadata: {name: split-%d, annotations: {large: %s}}
                    spec: {service: web, backends: [{service: v1, weight: 1}]}
                    """.formatted(i, large));
        }

        assertThat(CLUSTER.list(SmiKind.TRAFFIC_SPLIT, "v1alpha1", namespace)).hasSize(50);
    }

    @Test
    void while_nobody_converts_the_stored_versions_list_and_watch_and_the_others_say_why_not() throws Exception {
        CLUSTER.create(namespace, """
                apiVersion: split.smi-spec.io/v1alpha1
                kind: TrafficSplit
                metadata: {name: before}
                spec: {service: web, backends: [{service: v1, weight: 1}, {service: v2, weight: 500m}]}
                """);
        CLUSTER.stopWebhooks();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Watch _ = CLUSTER.client()
                .genericKubernetesResources("split.smi-spec.io/v1alpha4", "TrafficSplit")
                .inNamespace(namespace)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, GenericKubernetesResource split) {
                        seen.add(split.getMetadata().getName());
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        seen.add("closed: " + cause);
                    }
                })) {
            CLUSTER.create(namespace, """
                    apiVersion: split.smi-spec.io/v1alpha4
                    kind: TrafficSplit
                    metadata: {name: meanwhile}
                    spec: {service: web, backends: [{service: v1, weight: 1}]}
                    """);
            JsonNode list = CLUSTER.list(SmiKind.TRAFFIC_SPLIT, "v1alpha4", namespace);

            assertThat(list.valueStream()
                            .map(split -> split.at("/metadata/name").asString()))
                    .containsExactly("before", "meanwhile");
            assertThat(list.get(0).at("/spec/backends/0/weight").asInt()).isEqualTo(1000);
            await().atMost(SmiCluster.LIMIT).until(() -> seen.contains("meanwhile"));
            assertThat(seen).noneMatch(name -> name.startsWith("closed"));
            assertThatThrownBy(() -> CLUSTER.get(SmiKind.TRAFFIC_SPLIT, "v1alpha1", namespace, "before"))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("conversion webhook");
        } finally {
            CLUSTER.restartWebhooks();
        }
        assertThat(CLUSTER.list(SmiKind.TRAFFIC_SPLIT, "v1alpha1", namespace)
                        .get(0)
                        .at("/spec/backends/1/weight")
                        .asString())
                .isEqualTo("500m");
    }
}
