package io.weir.injector.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.injector.crd.CustomResourceDefinitions.Outcome;
import io.weir.injector.crd.StoredObjects.Leftover;
import io.weir.injector.crd.StoredObjects.Rewritten;
import io.weir.smi.SmiKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Definitions that other meshes installed, with objects stored under them, become Weir's. */
@Tag("kube")
final class AdoptionTest {

    private static final int OBJECTS = 30;

    private final SmiCluster cluster = SmiCluster.empty();
    private final CustomResourceDefinitions definitions = new CustomResourceDefinitions(cluster.client());
    private final String namespace = cluster.kube().namespace("shop");

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void a_definition_that_stores_v1alpha2_without_conversion_is_taken_over_and_loses_no_object() throws IOException {
        install("osm-trafficsplits.yaml", SmiKind.TRAFFIC_SPLIT);
        createSplits("v1alpha2", "100");

        definitions.apply();
        cluster.callWebhooks();

        StoredObjects stored = new StoredObjects(cluster.client(), 7);
        assertThat(stored.leftovers()).containsExactly(new Leftover(SmiKind.TRAFFIC_SPLIT, List.of("v1alpha2")));
        assertThat(stored.rewrite()).containsExactly(new Rewritten(SmiKind.TRAFFIC_SPLIT, OBJECTS, List.of()));
        assertThat(stored.leftovers()).isEmpty();
        assertThat(stored.rewrite()).isEmpty();
        assertAllThere("100");
    }

    @Test
    void a_definition_that_stores_string_weights_as_v1alpha1_is_taken_over_and_loses_no_object() throws IOException {
        install("linkerd-smi-trafficsplits.yaml", SmiKind.TRAFFIC_SPLIT);
        createSplits("v1alpha1", "\"500m\"");

        definitions.apply();
        cluster.callWebhooks();
        new StoredObjects(cluster.client(), 7).rewrite();

        assertAllThere("500");
        for (JsonNode split : cluster.list(SmiKind.TRAFFIC_SPLIT, "v1alpha1", namespace)) {
            assertThat(split.at("/spec/backends/0/weight").asString()).isEqualTo("500m");
        }
    }

    @Test
    void a_target_without_sources_which_the_stored_version_forbids_is_rewritten_all_the_same() throws IOException {
        install("traefik-traffictargets.yaml", SmiKind.TRAFFIC_TARGET);
        cluster.create(namespace, """
                apiVersion: access.smi-spec.io/v1alpha2
                kind: TrafficTarget
                metadata: {name: nobody}
                spec: {destination: {kind: ServiceAccount, name: api, port: 8080}}
                """);

        definitions.apply();
        cluster.callWebhooks();
        List<Rewritten> rewritten = new StoredObjects(cluster.client()).rewrite();

        assertThat(rewritten).containsExactly(new Rewritten(SmiKind.TRAFFIC_TARGET, 1, List.of()));
        cluster.stopWebhooks();
        ObjectNode target = cluster.get(SmiKind.TRAFFIC_TARGET, "v1alpha3", namespace, "nobody");
        assertThat(target.at("/metadata/annotations/conv.weir.io~1destination-port")
                        .asString())
                .isEqualTo("8080");
    }

    @Test
    void versions_that_were_never_released_are_refused_and_nothing_is_changed() throws IOException {
        install("unreleased-traffictargets.yaml", SmiKind.TRAFFIC_TARGET);

        assertThatThrownBy(definitions::apply)
                .isInstanceOf(UnreadableVersionsException.class)
                .hasMessageContainingAll("traffictargets.access.smi-spec.io", "v1alpha4");
        assertThat(Objects.requireNonNull(definitions.find(SmiKind.TRAFFIC_TARGET))
                        .storage())
                .isEqualTo("v1alpha4");
        assertThat(definitions.find(SmiKind.TRAFFIC_SPLIT)).isNull();
    }

    @Test
    void an_upgrade_keeps_the_certificate_and_a_definition_taken_over_gets_that_of_validation() throws IOException {
        assertThat(definitions.apply()).allMatch(applied -> applied.outcome() == Outcome.CREATED);
        assertThat(definitions.apply()).allMatch(applied -> applied.outcome() == Outcome.UNCHANGED);
        cluster.callWebhooks();
        Definition before = Objects.requireNonNull(definitions.find(SmiKind.TRAFFIC_SPLIT));
        cluster.client().raw(Definition.path(SmiKind.TCP_ROUTE), "DELETE", null);
        await().atMost(SmiCluster.LIMIT).until(() -> definitions.find(SmiKind.TCP_ROUTE) == null);

        definitions.apply();

        assertThat(before.caBundle()).isNotEmpty();
        for (SmiKind kind : List.of(SmiKind.TRAFFIC_SPLIT, SmiKind.TCP_ROUTE)) {
            Definition after = Objects.requireNonNull(definitions.find(kind));
            assertThat(after.caBundle()).isEqualTo(before.caBundle());
            assertThat(after.strategy()).isEqualTo("Webhook");
            assertThat(after.webhook()).isEqualTo("weir-system/weir-injector");
            assertThat(after.served()).isEqualTo(kind.versions());
            assertThat(after.leftovers()).isEmpty();
        }
    }

    private void install(String file, SmiKind kind) throws IOException {
        try (InputStream in = Objects.requireNonNull(AdoptionTest.class.getResourceAsStream("/crds/" + file))) {
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            cluster.client()
                    .raw(Definition.path(), "POST", SmiCluster.tree(yaml).toString());
        }
        await().atMost(SmiCluster.LIMIT).until(() -> {
            Definition found = definitions.find(kind);
            return found != null && found.established();
        });
    }

    private void createSplits(String version, String weight) {
        for (int i = 0; i < OBJECTS; i++) {
            String yaml = """
                    apiVersion: split.smi-spec.io/%s
                    kind: TrafficSplit
                    metadata: {name: split-%d, labels: {number: "%d"}}
                    spec:
                      service: web
                      backends: [{service: web-v1, weight: %s}, {service: web-v2, weight: 0}]
                    """.formatted(version, i, i, weight);
            // A definition is established a moment before its objects are served.
            await().atMost(SmiCluster.LIMIT)
                    .ignoreExceptions()
                    .until(() -> cluster.create(namespace, yaml).has("spec"));
        }
    }

    /** Without a webhook, so that only what is stored in the storage version can be read. */
    private void assertAllThere(String weight) {
        cluster.stopWebhooks();
        assertThat(Objects.requireNonNull(definitions.find(SmiKind.TRAFFIC_SPLIT))
                        .stored())
                .containsExactly("v1alpha4");
        List<String> names =
                IntStream.range(0, OBJECTS).mapToObj(i -> "split-" + i).toList();
        assertThat(cluster.list(SmiKind.TRAFFIC_SPLIT, "v1alpha4", namespace)).allSatisfy(split -> {
            assertThat(split.at("/spec/service").asString()).isEqualTo("web");
            assertThat(split.at("/spec/backends/0/weight").asString()).isEqualTo(weight);
            assertThat(split.at("/spec/backends/0/weight").isInt()).isTrue();
            assertThat("split-" + split.at("/metadata/labels/number").asString())
                    .isEqualTo(split.at("/metadata/name").asString());
        });
        assertThat(cluster.list(SmiKind.TRAFFIC_SPLIT, "v1alpha4", namespace)
                        .valueStream()
                        .map(split -> split.at("/metadata/name").asString()))
                .containsExactlyInAnyOrderElementsOf(names);
        cluster.restartWebhooks();
    }
}
