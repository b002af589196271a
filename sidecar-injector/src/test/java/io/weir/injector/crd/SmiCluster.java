package io.weir.injector.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.weir.injector.smi.ConversionEndpoint;
import io.weir.injector.smi.ValidationEndpoint;
import io.weir.smi.SmiKind;
import io.weir.testing.kube.Access;
import io.weir.testing.kube.KubeApiServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** An API server that asks this JVM to convert and to validate SMI objects. */
final class SmiCluster implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(10_000)
                            .build())
                    .build())
            .build();
    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final String SYSTEM = "weir-system";
    private static final String INJECTOR = "weir-injector";
    private static final String VALIDATION = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

    private final KubeApiServer kube;
    private final KubernetesClient client;
    private HttpsWebhooks webhooks;

    private SmiCluster(KubeApiServer kube) {
        this.kube = kube;
        this.client = client(kube.admin());
        this.webhooks = webhooks();
    }

    /** Without definitions. */
    static SmiCluster empty() {
        SmiCluster cluster = new SmiCluster(KubeApiServer.launch());
        cluster.client.raw("/api/v1/namespaces", "POST", "{\"metadata\":{\"name\":\"" + SYSTEM + "\"}}");
        cluster.kube.serviceOnThisMachine(SYSTEM, INJECTOR);
        return cluster;
    }

    /** With Weir's definitions, converted and validated. */
    static SmiCluster ready() {
        SmiCluster cluster = empty();
        new CustomResourceDefinitions(cluster.client).apply();
        cluster.callWebhooks();
        return cluster;
    }

    KubeApiServer kube() {
        return kube;
    }

    KubernetesClient client() {
        return client;
    }

    /** How often the API server called one of the webhooks. */
    int calls() {
        return webhooks.calls();
    }

    static KubernetesClient client(Access access) {
        Config config = access.config();
        config.setHttp2Disable(true);
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Does what the injector does: tells the API server its certificate. Returns once both webhooks are called. */
    void callWebhooks() {
        for (SmiKind kind : SmiKind.values()) {
            if (kind.versions().size() > 1) {
                ObjectNode definition = get(Definition.path(kind));
                ObjectNode to = (ObjectNode) definition.at("/spec/conversion/webhook/clientConfig");
                to.put("caBundle", webhooks.caBundle());
                ((ObjectNode) to.get("service")).put("port", webhooks.port());
                client.raw(Definition.path(kind), "PUT", definition.toString());
            }
        }
        validation(webhooks.port(), webhooks.caBundle());
        awaitConversion();
    }

    private void validation(int port, String caBundle) {
        ObjectNode configuration = tree("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: weir-smi}
                webhooks:
                  - name: smi.weir.io
                    admissionReviewVersions: [v1]
                    sideEffects: None
                    timeoutSeconds: 5
                    failurePolicy: Ignore
                    clientConfig:
                      caBundle: %s
                      service: {name: weir-injector, namespace: weir-system, path: /validate, port: %d}
                    rules:
                      - apiGroups: [access.smi-spec.io, specs.smi-spec.io, split.smi-spec.io]
                        apiVersions: ["*"]
                        operations: [CREATE, UPDATE]
                        resources: ["*"]
                """.formatted(caBundle, port));
        ObjectNode existing = find(VALIDATION + "/weir-smi");
        if (existing == null) {
            client.raw(VALIDATION, "POST", configuration.toString());
        } else {
            ((ObjectNode) configuration.get("metadata"))
                    .set("resourceVersion", existing.at("/metadata/resourceVersion"));
            client.raw(VALIDATION + "/weir-smi", "PUT", configuration.toString());
        }
    }

    /** Each kind in its oldest version, which the API server converts only once it knows the certificate. */
    private void awaitConversion() {
        String namespace = kube.namespace("ready");
        await().atMost(LIMIT).ignoreException(KubernetesClientException.class).until(() -> {
            JsonNode target = dryRun(namespace, """
                    apiVersion: access.smi-spec.io/v1alpha1
                    kind: TrafficTarget
                    metadata: {name: x}
                    destination: {kind: ServiceAccount, name: x, port: 1}
                    """);
            JsonNode group = dryRun(namespace, """
                    apiVersion: specs.smi-spec.io/v1alpha1
                    kind: HTTPRouteGroup
                    metadata: {name: x}
                    matches: [{name: a}]
                    """);
            JsonNode split = dryRun(namespace, """
                    apiVersion: split.smi-spec.io/v1alpha1
                    kind: TrafficSplit
                    metadata: {name: x}
                    spec: {service: x, backends: [{service: y, weight: 500m}]}
                    """);
            JsonNode route = dryRun(namespace, """
                    apiVersion: specs.smi-spec.io/v1alpha1
                    kind: TCPRoute
                    metadata: {name: x}
                    """);
            return target.has("destination") && group.has("matches") && split.has("spec") && route.has("metadata");
        });
        await().atMost(LIMIT).until(() -> {
            try {
                dryRun(namespace, """
                        apiVersion: access.smi-spec.io/v1alpha3
                        kind: TrafficTarget
                        metadata: {name: x}
                        spec: {destination: {kind: ServiceAccount, name: x}, sources: [], rules: []}
                        """);
                return false;
            } catch (KubernetesClientException e) {
                return String.valueOf(e.getMessage()).contains("smi.weir.io");
            }
        });
    }

    private JsonNode dryRun(String namespace, String yaml) {
        ObjectNode object = tree(yaml);
        return JSON.readTree(client.raw(collection(namespace, object) + "?dryRun=All", "POST", object.toString()));
    }

    /** Ends them: whoever is converted or validated gets an error. */
    void stopWebhooks() {
        webhooks.close();
    }

    void restartWebhooks() {
        webhooks = webhooks();
        callWebhooks();
    }

    private static HttpsWebhooks webhooks() {
        return new HttpsWebhooks(
                INJECTOR + "." + SYSTEM + ".svc",
                Map.of(
                        "/convert",
                        new ConversionEndpoint(),
                        "/validate",
                        new ValidationEndpoint(namespace -> namespace.startsWith("open"))));
    }

    static ObjectNode tree(String yaml) {
        return (ObjectNode) YAML.readTree(yaml);
    }

    ObjectNode create(String namespace, ObjectNode object) {
        return (ObjectNode) JSON.readTree(client.raw(collection(namespace, object), "POST", object.toString()));
    }

    ObjectNode create(String namespace, String yaml) {
        return create(namespace, tree(yaml));
    }

    ObjectNode put(ObjectNode object) {
        JsonNode metadata = object.get("metadata");
        String path = collection(metadata.path("namespace").asString(""), object) + "/"
                + metadata.path("name").asString("");
        return (ObjectNode) JSON.readTree(client.raw(path, "PUT", object.toString()));
    }

    /** A JSON merge patch, as Argo Rollouts sends it. */
    void mergePatch(SmiKind kind, String version, String namespace, String name, String patch) {
        client.genericKubernetesResources(kind.group() + "/" + version, kind.kind())
                .inNamespace(namespace)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    /** Reads in another version. */
    ObjectNode get(SmiKind kind, String version, String namespace, String name) {
        return get(path(kind, version, namespace) + "/" + name);
    }

    ArrayNode list(SmiKind kind, String version, String namespace) {
        return (ArrayNode) get(path(kind, version, namespace)).get("items");
    }

    ObjectNode get(String path) {
        ObjectNode found = find(path);
        assertThat(found).as(path).isNotNull();
        return found == null ? JsonNodeFactory.instance.objectNode() : found;
    }

    @Nullable
    ObjectNode find(String path) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                String text = client.raw(path);
                return text == null ? null : (ObjectNode) JSON.readTree(text);
            } catch (KubernetesClientException e) {
                // So the API server says that its cache of a version begins anew, and when to ask again.
                if (e.getCode() != 429 || System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
        }
    }

    static String path(SmiKind kind, String version, String namespace) {
        return "/apis/" + kind.group() + "/" + version + "/namespaces/" + namespace + "/" + kind.plural();
    }

    private static String collection(String namespace, ObjectNode object) {
        String apiVersion = object.path("apiVersion").asString("");
        SmiKind kind = SmiKind.of(apiVersion, object.path("kind").asString(""));
        assertThat(kind).as("kind of %s", object).isNotNull();
        return "/apis/" + apiVersion + "/namespaces/" + namespace + "/" + (kind == null ? "" : kind.plural());
    }

    @Override
    public void close() {
        client.close();
        webhooks.close();
        kube.close();
    }
}
