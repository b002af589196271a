package io.weir.injector.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.SmiKind;
import io.weir.smi.convert.Conversion;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Controllers that speak old versions of SMI write and read back what they wrote, and nothing is lost beside it. */
@Tag("kube")
@ExtendWith(SharedSmiCluster.class)
final class CanaryToolsTest {

    private static final SmiKind SPLIT = SmiKind.TRAFFIC_SPLIT;

    private final SmiCluster cluster;
    private final String namespace;

    CanaryToolsTest(SmiCluster cluster) {
        this.cluster = cluster;
        this.namespace = cluster.kube().namespace("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1alpha1", "v1alpha2", "v1alpha3"})
    void v22_flagger_steps_weights_and_reads_back_service_order_and_integers_and_nothing_more(String version) {
        boolean quantities = version.equals("v1alpha1");
        ObjectNode created = cluster.create(
                namespace, """
                apiVersion: split.smi-spec.io/%s
                kind: TrafficSplit
                metadata:
                  name: podinfo
                  ownerReferences:
                    - {apiVersion: flagger.app/v1beta1, kind: Canary, name: podinfo, uid: 6f3c, controller: true, blockOwnerDeletion: true}
                spec:
                  service: podinfo
                  backends:
                    - {service: podinfo-canary, weight: %s}
                    - {service: podinfo-primary, weight: %s}
                """.formatted(version, quantities ? "\"0\"" : "0", quantities ? "\"100\"" : "100"));
        JsonNode owners = created.at("/metadata/ownerReferences");
        assertSpec(created, quantities, 0);

        for (int weight = 10; weight <= 100; weight += 10) {
            ObjectNode split = cluster.get(SPLIT, version, namespace, "podinfo");
            ArrayNode backends = (ArrayNode) split.at("/spec/backends");
            weigh(backends.get(0), quantities, weight);
            weigh(backends.get(1), quantities, 100 - weight);
            cluster.put(split);

            ObjectNode read = cluster.get(SPLIT, version, namespace, "podinfo");
            assertSpec(read, quantities, weight);
            assertThat(read.at("/metadata/ownerReferences")).isEqualTo(owners);
            assertThat(read.at("/metadata/annotations").isMissingNode()).isTrue();
            assertThat(cluster.get(SPLIT, "v1alpha4", namespace, "podinfo").at("/spec"))
                    .isEqualTo(SmiCluster.tree("""
                            service: podinfo
                            backends:
                              - {service: podinfo-canary, weight: %d}
                              - {service: podinfo-primary, weight: %d}
                            """.formatted(weight, 100 - weight)));
        }
        // Ten steps are ten changes: what only looks changed would be written by the next check for drift.
        assertThat(cluster.get(SPLIT, version, namespace, "podinfo")
                        .at("/metadata/generation")
                        .asInt())
                .isEqualTo(11);
    }

    private static void weigh(JsonNode backend, boolean quantities, int weight) {
        if (quantities) {
            ((ObjectNode) backend).put("weight", String.valueOf(weight));
        } else {
            ((ObjectNode) backend).put("weight", weight);
        }
    }

    private static void assertSpec(ObjectNode split, boolean quantities, int canary) {
        String quote = quantities ? "\"" : "";
        assertThat(split.get("spec")).isEqualTo(SmiCluster.tree("""
                service: podinfo
                backends:
                  - {service: podinfo-canary, weight: %1$s%2$d%1$s}
                  - {service: podinfo-primary, weight: %1$s%3$d%1$s}
                """.formatted(quote, canary, 100 - canary)));
    }

    @ParameterizedTest
    @CsvSource({"v1alpha1,'\"25\"','\"75\"'", "v1alpha2,25,75", "v1alpha3,25,75"})
    void v23_a_merge_patch_in_an_old_version_is_the_edit_that_it_would_be_in_the_stored_one(
            String version, String canary, String stable) {
        for (String name : List.of("patched", "edited")) {
            cluster.create(namespace, """
                    apiVersion: split.smi-spec.io/v1alpha4
                    kind: TrafficSplit
                    metadata: {name: %s, labels: {a: b}, annotations: {keep: me}}
                    spec:
                      service: web
                      backends: [{service: canary, weight: 0}, {service: stable, weight: 100}]
                      matches: [{kind: HTTPRouteGroup, name: firefox}]
                    """.formatted(name));
        }
        String patch = """
                {"spec":{"backends":[{"service":"canary","weight":%s},{"service":"stable","weight":%s}]}}
                """;

        cluster.mergePatch(SPLIT, version, namespace, "patched", patch.formatted(canary, stable));
        cluster.mergePatch(SPLIT, "v1alpha4", namespace, "edited", patch.formatted(25, 75));

        ObjectNode patched = cluster.get(SPLIT, "v1alpha4", namespace, "patched");
        ObjectNode edited = cluster.get(SPLIT, "v1alpha4", namespace, "edited");
        assertThat(patched.get("spec")).isEqualTo(edited.get("spec"));
        assertThat(patched.at("/spec/matches")).hasSize(1);
        for (String field : List.of("labels", "annotations", "generation")) {
            assertThat(patched.get("metadata").get(field))
                    .as(field)
                    .isEqualTo(edited.get("metadata").get(field));
        }
    }

    @Test
    void v9_the_port_of_an_old_target_survives_a_rewrite_in_the_newest_version() {
        cluster.create(namespace, """
                apiVersion: access.smi-spec.io/v1alpha2
                kind: TrafficTarget
                metadata: {name: api}
                spec:
                  destination: {kind: ServiceAccount, name: api, port: 8080}
                  sources: [{kind: ServiceAccount, name: web}]
                  rules: [{kind: TCPRoute, name: tcp}]
                """);

        ObjectNode newest = cluster.get(SmiKind.TRAFFIC_TARGET, "v1alpha3", namespace, "api");
        newest.withArray("/spec/sources")
                .addObject()
                .put("kind", "ServiceAccount")
                .put("name", "shop");
        cluster.put(newest);

        ObjectNode stored = cluster.get(SmiKind.TRAFFIC_TARGET, "v1alpha3", namespace, "api");
        assertThat(stored.at("/metadata/annotations")
                        .get(Conversion.DESTINATION_PORT)
                        .asString())
                .isEqualTo("8080");
        for (String version : List.of("v1alpha1", "v1alpha2")) {
            ObjectNode old = cluster.get(SmiKind.TRAFFIC_TARGET, version, namespace, "api");
            String root = version.equals("v1alpha1") ? "" : "/spec";
            assertThat(old.at(root + "/destination/port").asInt()).isEqualTo(8080);
            assertThat(old.at(root + "/sources")).hasSize(2);
            assertThat(old.at("/metadata/annotations").isMissingNode()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10m,100m,1500m | 10,100,1500 | 10m,100m,1500m",
                "1,500m | 1000,500 | 1,500m",
                "1,0m | 1,0 | 1,0m",
                "1k,1 | 1000,1 | 1k,1",
                "0.5,0.5 | 500,500 | 0.5,0.5",
                "90,10 | 90,10 | 90,10",
            })
    void weights_of_v1alpha1_keep_their_ratios_as_integers_and_read_back_as_written(
            String written, String integers, String back) {
        StringBuilder backends = new StringBuilder();
        String[] weights = written.split(",");
        for (int i = 0; i < weights.length; i++) {
            backends.append("    - {service: s-%d, weight: \"%s\"}\n".formatted(i, weights[i]));
        }
        String name = "w-" + Integer.toHexString(written.hashCode());
        cluster.create(namespace, """
                apiVersion: split.smi-spec.io/v1alpha1
                kind: TrafficSplit
                metadata: {name: %s}
                spec:
                  service: web
                  backends:
                %s
                """.formatted(name, backends));

        for (String version : List.of("v1alpha2", "v1alpha3", "v1alpha4")) {
            assertThat(weights(version, name)).isEqualTo(integers.strip());
        }
        assertThat(weights("v1alpha1", name)).isEqualTo(back.strip());
    }

    private String weights(String version, String name) {
        ObjectNode split = cluster.get(SPLIT, version, namespace, name);
        return String.join(
                ",",
                split.at("/spec/backends")
                        .valueStream()
                        .map(backend -> backend.get("weight").asString())
                        .toList());
    }

    @Test
    void headers_stay_a_list_or_a_map_as_they_were_written_in_every_version() {
        List<String> forms = List.of("[{user-agent: \".*\"}, {cookie: a}]", "{cookie: a, user-agent: \".*\"}");
        IntStream.range(0, forms.size()).forEach(form -> {
            for (String version : SmiKind.HTTP_ROUTE_GROUP.versions()) {
                String name = "headers-" + form + "-" + version;
                boolean top = version.compareTo("v1alpha3") < 0;
                String matches = "matches: [{name: m, headers: " + forms.get(form) + "}]";
                cluster.create(namespace, """
                        apiVersion: specs.smi-spec.io/%s
                        kind: HTTPRouteGroup
                        metadata: {name: %s}
                        %s
                        """.formatted(version, name, top ? matches : "spec: {" + matches + "}"));
                for (String other : SmiKind.HTTP_ROUTE_GROUP.versions()) {
                    String path = other.compareTo("v1alpha3") < 0 ? "/matches/0/headers" : "/spec/matches/0/headers";
                    assertThat(cluster.get(SmiKind.HTTP_ROUTE_GROUP, other, namespace, name)
                                    .at(path))
                            .isEqualTo(SmiCluster.tree("headers: " + forms.get(form))
                                    .get("headers"));
                }
            }
        });
    }

    @Test
    void a_split_for_firefox_that_is_stepped_in_v1alpha2_is_still_for_firefox_only() {
        cluster.create(namespace, """
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {name: firefox}
                spec:
                  service: web
                  backends: [{service: v1, weight: 100}, {service: v2, weight: 0}]
                  matches: [{kind: HTTPRouteGroup, name: firefox}]
                """);
        ObjectNode old = cluster.get(SPLIT, "v1alpha2", namespace, "firefox");
        assertThat(old.get("spec").propertyNames()).containsExactlyInAnyOrder("service", "backends");
        ((ObjectNode) old.at("/spec/backends/1")).put("weight", 100);

        cluster.put(old);

        ObjectNode stored = cluster.get(SPLIT, "v1alpha4", namespace, "firefox");
        assertThat(stored.at("/spec/matches/0/name").asString()).isEqualTo("firefox");
        assertThat(stored.at("/spec/backends/1/weight").asInt()).isEqualTo(100);
        assertThat(stored.at("/metadata/annotations").isMissingNode()).isTrue();
    }
}
