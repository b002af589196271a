package io.weir.injector.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.injector.bootstrap.Credential;
import io.weir.injector.inject.Injection;
import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.NamespaceView;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A real API server has nothing against pods with sidecars, and knows each of their fields. */
@KubeTest
class ApiServerTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final YAMLMapper YAML = new YAMLMapper();

    /** No API server of today accepts it, with a sidecar or without. */
    private static final String UNKNOWN_FIELDS = "pod/unknown-fields";

    private final KubeApiServer kube;
    private final String namespace;

    ApiServerTest(KubeApiServer kube) {
        this.kube = kube;
        this.namespace = kube.namespace("accepted");
    }

    private static List<InjectionSettings> variants(InjectionSettings settings) {
        List<InjectionSettings> variants = new ArrayList<>();
        for (Credential credential : Credential.values()) {
            for (boolean nativeSidecars : new boolean[] {true, false}) {
                variants.add(new InjectionSettings(
                        settings.version(),
                        settings.mesh(),
                        settings.images(),
                        nativeSidecars,
                        credential,
                        settings.defaults()));
            }
        }
        return variants;
    }

    /** What the API server would make of the pod. */
    private JsonNode dryRun(ObjectNode pod, String where) {
        ObjectNode sent = pod.deepCopy().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = sent.path("metadata") instanceof ObjectNode there ? there : sent.putObject("metadata");
        metadata.put("namespace", where);
        if (!metadata.has("name") && !metadata.has("generateName")) {
            metadata.put("generateName", "web-");
        }
        String path = "/api/v1/namespaces/" + where + "/pods?dryRun=All&fieldValidation=Strict";
        return JSON.readTree(kube.client().raw(path, "POST", JSON.writeValueAsString(sent)));
    }

    @TestFactory
    Stream<DynamicTest> every_golden_pod_is_accepted_with_any_sidecar_as_without() throws IOException {
        return GoldenCase.all().stream()
                .filter(one -> one.injection().decision() instanceof Inject
                        && !one.path().equals(UNKNOWN_FIELDS))
                .map(one -> dynamicTest(one.path(), () -> {
                    dryRun(one.pod(), namespace);
                    TreeSet<String> seen = new TreeSet<>();
                    for (InjectionSettings settings : variants(one.settings())) {
                        Injection injection = Injection.of(one.namespace(), one.pod(), settings);
                        if (injection.decision() instanceof Inject) {
                            JsonNode kept = dryRun(injection.after(), namespace);
                            assertThat(ours(kept)).isEqualTo(ours(injection.after()));
                            seen.add(settings.credential() + " " + settings.nativeSidecars());
                        }
                    }
                    // A classic sidecar would keep a Job from ending, and a cluster without native ones may be asked
                    // for.
                    assertThat(seen).hasSizeGreaterThanOrEqualTo(2);
                }));
    }

    /** Without what the API server adds where nothing is said. */
    private static String ours(JsonNode pod) {
        StringBuilder text = new StringBuilder();
        for (String list : List.of("initContainers", "containers", "volumes")) {
            pod.path("spec")
                    .path(list)
                    .valueStream()
                    .filter(entry -> entry.path("name").asString("").startsWith("weir-"))
                    .map(entry -> withoutDefaults((ObjectNode) entry.deepCopy()))
                    .forEach(entry -> text.append(YAML.writeValueAsString(entry)));
        }
        return text.toString();
    }

    private static ObjectNode withoutDefaults(ObjectNode entry) {
        entry.remove(List.of("imagePullPolicy", "terminationMessagePath", "resources"));
        for (String probe : List.of("readinessProbe", "startupProbe")) {
            if (entry.path(probe) instanceof ObjectNode object) {
                object.remove("successThreshold");
            }
        }
        entry.path("env").forEach(one -> {
            if (one.at("/valueFrom/fieldRef") instanceof ObjectNode field) {
                field.remove("apiVersion");
            }
        });
        entry.at("/projected/sources")
                .findValues("fieldRef")
                .forEach(field -> ((ObjectNode) field).remove("apiVersion"));
        return (ObjectNode) JSON.readTree(JSON.writer()
                .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .writeValueAsString(JSON.convertValue(entry, TreeMap.class)));
    }

    private static final String CAREFUL = """
            metadata: {name: web, annotations: {weir.io/interception: REDIRECT}}
            spec:
              securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
              containers:
              - name: web
                image: shop/web
                livenessProbe: {tcpSocket: {port: 80}}
                securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
            """;

    private String secured(String level) {
        String name = kube.namespace(level);
        kube.client()
                .namespaces()
                .withName(name)
                .edit(it -> new NamespaceBuilder(it)
                        .editMetadata()
                        .addToLabels("pod-security.kubernetes.io/enforce", level)
                        .endMetadata()
                        .build());
        return name;
    }

    private static List<ObjectNode> injected(String interception) {
        ObjectNode pod = (ObjectNode) YAML.readTree(CAREFUL.replace("REDIRECT", interception));
        return variants(GoldenCase.settings(YAML.createObjectNode())).stream()
                .map(settings -> Injection.of(NamespaceView.enabled("shop"), pod, settings)
                        .after())
                .toList();
    }

    @Test
    void an_explicit_proxy_pod_needs_no_privilege_at_all() {
        String restricted = secured("restricted");
        for (ObjectNode pod : injected("explicit")) {
            assertThat(dryRun(pod, restricted).at("/metadata/name").asString()).isEqualTo("web");
        }
    }

    /** What pod security has against an intercepted pod is what docs/injection.md says, and no more. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    baseline   | non-default capabilities (container "weir-init" must not include "NET_ADMIN" in securityContext.capabilities.add)
                    restricted | unrestricted capabilities (container "weir-init" must not include "NET_ADMIN" in securityContext.capabilities.add), runAsNonRoot != true (container "weir-init" must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "weir-init" must not set runAsUser=0)
                    """)
    void an_intercepted_pod_needs_net_admin_and_root_in_its_init_container_alone(String level, String violations) {
        assertThat(Path.of("../docs/injection.md")).content().contains("| " + level + " | " + violations + " |");
        String where = secured(level);
        for (ObjectNode pod : injected("redirect")) {
            assertThatThrownBy(() -> dryRun(pod, where))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageFindingMatch(
                            "PodSecurity \"" + level + ":latest\": " + Pattern.quote(violations) + "(?!,)");
        }
    }
}
