package io.weir.injector.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.smi.SmiKind;
import io.weir.smi.convert.Conversion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the specification shows is accepted and read back in every version; what is wrong is refused where it is applied. */
@Tag("kube")
@ExtendWith(SharedSmiCluster.class)
final class SpecInClusterTest {

    private final SmiCluster cluster;

    SpecInClusterTest(SmiCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void every_example_of_the_specification_applies_and_reads_back_in_every_version() {
        String namespace = cluster.kube().namespace("spec");
        for (ObjectNode example : Documents.of("/smi/examples.yaml", namespace)) {
            SmiKind kind = kind(example);
            String name = example.at("/metadata/name").asString();
            cluster.create(namespace, example);
            for (String version : kind.versions()) {
                ObjectNode read = cluster.get(kind, version, namespace, name);
                ObjectNode expected = Conversion.convert(example, kind.group() + "/" + version);

                assertThat(content(read)).as("%s %s as %s", kind, name, version).isEqualTo(content(expected));
                assertThat(read.get("apiVersion")).isEqualTo(expected.get("apiVersion"));
                assertThat(read.at("/metadata/annotations")).isEqualTo(expected.at("/metadata/annotations"));
            }
            assertThat(content(cluster.get(kind, version(example), namespace, name)))
                    .isEqualTo(content(example));
        }
    }

    @Test
    void there_is_an_example_of_every_version_of_every_kind() {
        Map<SmiKind, List<String>> seen = new HashMap<>();
        for (ObjectNode example : Documents.of("/smi/examples.yaml", "any")) {
            seen.merge(
                    kind(example),
                    List.of(version(example)),
                    (one, other) -> Stream.concat(one.stream(), other.stream())
                            .distinct()
                            .sorted()
                            .toList());
        }
        for (SmiKind kind : SmiKind.values()) {
            assertThat(seen.get(kind)).as(kind.kind()).isEqualTo(kind.versions());
        }
    }

    static Stream<ObjectNode> refused() {
        return Documents.of("/smi/refused.yaml", "any").stream();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void an_invalid_object_is_refused_with_object_field_and_fix(ObjectNode refusal) {
        ObjectNode object = (ObjectNode) refusal.get("object");
        String name = object.at("/metadata/name").asString();
        String field = refusal.get("field").asString();

        KubernetesClientException refused = Objects.requireNonNull(
                catchThrowableOfType(KubernetesClientException.class, () -> cluster.create("default", object)),
                "it was accepted");

        assertThat(refused.getCode()).isEqualTo(422);
        String message = refused.getStatus().getMessage();
        if (refusal.get("by").asString().equals("admission")) {
            assertThat(message)
                    .startsWith("admission webhook \"smi.weir.io\" denied the request: ")
                    .contains(object.get("kind").asString() + " default/" + name + " (")
                    .containsPattern("(?m)^  " + Pattern.quote(field) + "[^ ]*: .* Fix: .* \\[WEIR1[0-9]{2}]$");
        } else {
            // The schema's own words end in what is allowed.
            assertThat(message).contains("\"" + name + "\" is invalid", field).doesNotContain("admission webhook");
        }
        assertThat(refused.getStatus().getDetails().getName()).isEqualTo(name);
        assertThat(refused.getStatus().getDetails().getCauses())
                .anyMatch(cause -> cause.getField() != null && cause.getField().startsWith(field));
    }

    @Test
    void kubectl_shows_fields_and_fixes_warnings_and_columns(@TempDir Path folder) throws Exception {
        String namespace = cluster.kube().namespace("open");
        Path invalid = Files.writeString(folder.resolve("invalid.yaml"), """
                apiVersion: split.smi-spec.io/v1alpha1
                kind: TrafficSplit
                metadata: {name: web}
                spec: {service: web, backends: [{service: Web_v1, weight: "-1"}]}
                """);
        Path valid = Files.writeString(folder.resolve("valid.yaml"), """
                apiVersion: split.smi-spec.io/v1alpha1
                kind: TrafficSplit
                metadata: {name: web}
                spec: {service: web, backends: [{service: web-v1, weight: 1}]}
                ---
                apiVersion: access.smi-spec.io/v1alpha3
                kind: TrafficTarget
                metadata: {name: api}
                spec:
                  destination: {kind: ServiceAccount, name: api}
                  sources: [{kind: ServiceAccount, name: web}]
                  rules: [{kind: TCPRoute, name: tcp}]
                """);

        for (String verb : List.of("apply", "create")) {
            assertThat(kubectl(namespace, verb, "-f", invalid.toString()))
                    .contains(
                            "\"web\"",
                            "spec.backends[0].weight: A weight can't be negative. Fix: Use 0 for no traffic.")
                    .contains("spec.backends[0].service: ");
        }
        assertThat(kubectl(namespace, "apply", "-f", valid.toString()))
                .contains("trafficsplit.split.smi-spec.io/web created")
                .contains("Warning: not enforced: namespace " + namespace + " is permissive");
        assertThat(kubectl(namespace, "get", "trafficsplits.split.smi-spec.io").replaceAll(" +", " "))
                .startsWith("NAME SERVICE ACCEPTED PROGRAMMED AGE\nweb web ");
        assertThat(kubectl(namespace, "get", "smi")).contains("web", "api");
    }

    private String kubectl(String namespace, String... arguments) throws IOException, InterruptedException {
        Path kubeconfig = cluster.kube().admin().kubeconfig();
        List<String> command = Stream.concat(
                        Stream.of(
                                cluster.kube().kubectl().toString(),
                                "--kubeconfig=" + kubeconfig,
                                "--cache-dir=" + kubeconfig.resolveSibling("kubectl-cache"),
                                "--namespace=" + namespace),
                        Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return output;
    }

    private static SmiKind kind(ObjectNode object) {
        return Objects.requireNonNull(SmiKind.of(
                object.get("apiVersion").asString(), object.get("kind").asString()));
    }

    private static String version(ObjectNode object) {
        return SmiKind.versionOf(object.get("apiVersion").asString());
    }

    private static JsonNode content(ObjectNode object) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        object.forEachEntry((field, value) -> {
            if (!List.of("apiVersion", "kind", "metadata", "status").contains(field)) {
                content.set(field, value);
            }
        });
        return content;
    }
}
