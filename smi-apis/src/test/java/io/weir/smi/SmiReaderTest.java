package io.weir.smi;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.access.v1alpha3.Rule;
import io.weir.smi.access.v1alpha3.Subject;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import io.weir.smi.access.v1alpha3.TrafficTargetSpec;
import io.weir.smi.specs.v1alpha4.HTTPMatch;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroup;
import io.weir.smi.specs.v1alpha4.HeaderPattern;
import io.weir.smi.split.v1alpha4.Backend;
import io.weir.smi.split.v1alpha4.TrafficSplit;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class SmiReaderTest {

    @Test
    void a_target_of_the_first_version_keeps_its_port() {
        TrafficTarget target = (TrafficTarget) valid("""
                apiVersion: access.smi-spec.io/v1alpha1
                kind: TrafficTarget
                metadata: {name: api, namespace: shop}
                destination: {kind: ServiceAccount, name: api, port: 8080}
                specs: [{kind: HTTPRouteGroup, name: g, matches: [m]}]
                sources: [{kind: ServiceAccount, name: web, namespace: front}]
                """);

        assertThat(target.destinationPort()).isEqualTo(8080);
        assertThat(target.spec())
                .isEqualTo(new TrafficTargetSpec(
                        new Subject("ServiceAccount", "api", null),
                        List.of(new Subject("ServiceAccount", "web", "front")),
                        List.of(new Rule("HTTPRouteGroup", "g", List.of("m")))));
    }

    @Test
    void quantities_become_integers_of_the_same_ratio() {
        TrafficSplit split = (TrafficSplit) valid("""
                apiVersion: split.smi-spec.io/v1alpha1
                kind: TrafficSplit
                metadata: {name: web, namespace: shop}
                spec: {service: web, backends: [{service: a, weight: 1}, {service: b, weight: 500m}]}
                """);

        assertThat(split.spec().backends()).containsExactly(new Backend("a", 1000), new Backend("b", 500));
    }

    @Test
    void both_forms_of_headers_read_alike() {
        for (String headers : List.of("[{User-Agent: a}, {cookie: b}]", "{User-Agent: a, cookie: b}")) {
            HTTPRouteGroup group = (HTTPRouteGroup) valid("""
                    apiVersion: specs.smi-spec.io/v1alpha4
                    kind: HTTPRouteGroup
                    metadata: {name: g}
                    spec: {matches: [{name: m, headers: %s}]}
                    """.formatted(headers));

            assertThat(group.spec().matches())
                    .containsExactly(new HTTPMatch(
                            "m",
                            null,
                            List.of(),
                            List.of(new HeaderPattern("user-agent", "a"), new HeaderPattern("cookie", "b"))));
            assertThat(group.metadata().namespace()).isEqualTo("default");
        }
    }

    private static SmiObject valid(String yaml) {
        Decoded decoded = SmiReader.read((ObjectNode) new YAMLMapper().readTree(yaml));
        return switch (decoded) {
            case Decoded.Valid(SmiObject object, List<Violation> _) -> object;
            case Decoded.Invalid(List<Violation> violations) -> throw new AssertionError(violations);
        };
    }
}
