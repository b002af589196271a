package io.weir.smi.validate;

import static io.weir.smi.SmiKind.TRAFFIC_SPLIT;
import static io.weir.smi.SmiKind.TRAFFIC_TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.Decoded;
import io.weir.smi.SmiKind;
import io.weir.smi.SmiReader;
import io.weir.smi.Violation;
import io.weir.smi.Yaml;
import io.weir.smi.access.v1alpha3.Subject;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class ValidationTest {

    private static final String TARGET = """
            spec:
              destination: {kind: ServiceAccount, name: api}
              sources: [{kind: ServiceAccount, name: web}]
              rules: [{kind: HTTPRouteGroup, name: g}]
            """;

    /** The cases of {@code findings.yaml}. */
    static Stream<Arguments> findings() {
        return Yaml.resource("/findings.yaml").valueStream().map(ValidationTest::finding);
    }

    private static Arguments finding(JsonNode entry) {
        String[] object = entry.get("object").stringValue().split(" ", 2);
        SmiKind kind = Stream.of(SmiKind.values())
                .filter(k -> k.kind().equals(object[0]))
                .findFirst()
                .orElseThrow();
        ObjectNode complete = Yaml.head(kind, object[1]);
        complete.setAll((ObjectNode) entry.get("fields"));
        return Arguments.of(
                complete,
                entry.path("says").valueStream().map(JsonNode::stringValue).toList());
    }

    @ParameterizedTest
    @MethodSource("findings")
    void an_object_gets_these_findings(ObjectNode object, List<String> expected) {
        assertThat(Validation.validate(object))
                .as("%s", object)
                .extracting(v -> v.severity() + " " + v.code() + " " + v.field())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void a_source_that_is_wrong_is_left_out_and_the_others_stand() {
        ObjectNode object = Yaml.object(TRAFFIC_TARGET, "v1alpha3", """
                spec:
                  destination: {kind: ServiceAccount, name: api}
                  sources: [{kind: Group, name: all}, {kind: ServiceAccount, name: web}, 7, {name: x}]
                  rules: [{kind: TCPRoute, name: t}]
                """);

        Decoded.Valid decoded = (Decoded.Valid) SmiReader.read(object);

        assertThat(((TrafficTarget) decoded.object()).spec().sources())
                .containsExactly(new Subject("ServiceAccount", "web", null));
        assertThat(decoded.violations())
                .extracting(Violation::field)
                .containsExactly("spec.sources[0].kind", "spec.sources[2]", "spec.sources[3].kind");
    }

    @Test
    void nobody_reads_as_nobody_in_every_version() {
        for (String version : List.of("v1alpha2", "v1alpha3")) {
            ObjectNode object = Yaml.object(TRAFFIC_TARGET, version, TARGET.replaceAll("sources: .*", "sources: []"));

            Decoded.Valid decoded = (Decoded.Valid) SmiReader.read(object);

            assertThat(((TrafficTarget) decoded.object()).spec().sources()).isEmpty();
            assertThat(decoded.violations()).extracting(Violation::code).containsExactly("WEIR112");
        }
    }

    @Test
    void a_port_annotation_that_says_nothing_takes_the_target_out_of_force() {
        for (String port : List.of("all", "", "0", "65536", "080", "80,81", "\"80\"", "8e1")) {
            ObjectNode object = Yaml.object(TRAFFIC_TARGET, "v1alpha3", TARGET);
            ((ObjectNode) object.get("metadata")).putObject("annotations").put("conv.weir.io/destination-port", port);

            assertThat(SmiReader.read(object)).as(port).isInstanceOf(Decoded.Invalid.class);
        }
    }

    @Test
    void an_annotation_that_brings_back_nonsense_is_refused() {
        ObjectNode object = Yaml.object(TRAFFIC_SPLIT, "v1alpha2", """
                metadata: {name: s, namespace: shop, annotations: {conv.weir.io/matches: '[{"kind": "TCPRoute"}]'}}
                spec: {service: w, backends: [{service: a, weight: 1}]}
                """);

        assertThat(Validation.validate(object)).extracting(Violation::code).containsOnly("WEIR119");
    }

    @Test
    void metadata_is_judged_as_well() {
        ObjectNode object = Yaml.object("""
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: TCPRoute
                metadata:
                  name: Bad_Name
                  namespace: a.b
                  labels: {a: true}
                  annotations: []
                  creationTimestamp: yesterday
                """);

        assertThat(Validation.validate(object))
                .extracting(Violation::field)
                .containsExactly(
                        "metadata.name",
                        "metadata.namespace",
                        "metadata.labels[a]",
                        "metadata.annotations",
                        "metadata.creationTimestamp");
    }

    @Test
    void a_root_service_has_four_forms() {
        for (String root : List.of("w", "w.shop", "w.shop.svc", "w.shop.svc.cluster.local")) {
            assertThat(RootService.of(root, "shop")).isEqualTo("w");
        }
        for (String root : List.of("w.other", "w.shop.com", "w.shopping", "w.shop.svcs", "example.com")) {
            assertThat(RootService.of(root, "shop")).isNull();
        }
    }
}
