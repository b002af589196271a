package io.weir.controlplane.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.weir.smi.SmiKind;
import io.weir.testing.kube.KubeApiServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An SMI object of each kind, beside the traffic of a test, and what the control plane says of them. */
record SmiStatuses(KubeApiServer kube, String namespace) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String OBJECTS = """
            apiVersion: v1
            kind: Service
            metadata: {name: aside}
            spec: {ports: [{name: http, port: 80}]}
            ---
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: aside}
            spec:
              destination: {kind: ServiceAccount, name: aside}
              sources: [{kind: ServiceAccount, name: aside}]
              rules: [{kind: HTTPRouteGroup, name: aside}, {kind: TCPRoute, name: aside}, {kind: UDPRoute, name: aside}]
            ---
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: HTTPRouteGroup
            metadata: {name: aside}
            spec: {matches: [{name: all}]}
            ---
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: TCPRoute
            metadata: {name: aside}
            spec: {matches: {ports: []}}
            ---
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: UDPRoute
            metadata: {name: aside}
            spec: {matches: {ports: []}}
            ---
            """;

    private static final String SPLIT = """
            apiVersion: split.smi-spec.io/v1alpha4
            kind: TrafficSplit
            metadata: {name: aside}
            spec: {service: aside, backends: [{service: aside, weight: %d}, {service: gone, weight: 1}]}
            """;

    void begin() {
        apply(OBJECTS + SPLIT.formatted(1));
    }

    /** A change that its author asks for. */
    void change() {
        apply(SPLIT.formatted(2));
    }

    private void apply(String text) {
        for (HasMetadata object : kube.client()
                .load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .items()) {
            kube.client().resource(object).inNamespace(namespace).serverSideApply();
        }
    }

    /** Each object has conditions, the split those of its newest version, which both proxies have. */
    void awaitTold(long generation) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (SmiKind kind : SmiKind.values()) {
                assertThat(condition(kind, "Accepted").path("status").asString(""))
                        .as(kind.kind())
                        .isEqualTo("True");
            }
            JsonNode programmed = condition(SmiKind.TRAFFIC_SPLIT, "Programmed");
            assertThat(programmed.path("observedGeneration").asLong(0)).isEqualTo(generation);
            assertThat(programmed.path("status").asString("") + " "
                            + programmed.path("message").asString(""))
                    .isEqualTo("True 2 of 2 proxies acknowledged it.");
            assertThat(kube.client().v1().events().inNamespace(namespace).list().getItems())
                    .extracting(event ->
                            event.getInvolvedObject().getKind() + " " + event.getReason() + " " + event.getCount())
                    .containsOnlyOnce("TrafficSplit BackendExcluded 1");
        });
    }

    private JsonNode condition(SmiKind kind, String type) {
        GenericKubernetesResource object = kube.client()
                .genericKubernetesResources(kind.hubApiVersion(), kind.kind())
                .inNamespace(namespace)
                .withName("aside")
                .get();
        Object status = object.getAdditionalProperties().getOrDefault("status", Map.of("conditions", List.of()));
        for (JsonNode condition : JSON.valueToTree(status).path("conditions")) {
            if (condition.path("type").asString("").equals(type)) {
                return condition;
            }
        }
        return JSON.createObjectNode();
    }
}
