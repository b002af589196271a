package io.weir.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.injector.golden.GoldenCase;
import io.weir.injector.inject.InjectionDecision;
import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.InjectionDecision.Problem;
import io.weir.injector.inject.InjectionDecision.Reason;
import io.weir.injector.inject.InjectionDecision.Refuse;
import io.weir.injector.inject.InjectionDecision.Skip;
import io.weir.injector.inject.InjectionSettings;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The injector, with the rights and the webhooks that it is installed with, called by a real API server. */
@Tag("kube")
class InjectorInClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final InjectionSettings USUAL = GoldenCase.settings(JsonNodeFactory.instance.objectNode());

    /** Nothing is written into these, so nothing can say why. */
    private static final Set<Reason> SILENT = EnumSet.of(Reason.MIRROR_POD, Reason.SYSTEM_NAMESPACE);

    private static KubeApiServer kube;

    private InstalledAccount account;
    private KubernetesClient client;
    private Injector injector;

    @BeforeAll
    static void launch() {
        kube = KubeApiServer.launch();
    }

    @AfterAll
    static void end() {
        kube.close();
    }

    @BeforeEach
    void start() throws IOException {
        account = InstalledAccount.in(kube, "/kubernetes/injector-rbac.yaml");
        client = account.client();
        injector = RunningInjector.start(kube, account, client, USUAL);
    }

    @AfterEach
    void stop() throws IOException {
        injector.close();
        RunningInjector.uninstall(kube);
        client.close();
    }

    /** The cluster's namespaces, and those that Weir may run in, are told by their names; any other has a new one. */
    private static String named(String name) {
        if (!Set.of("kube-system", "weir-system", "mesh").contains(name)) {
            return kube.namespace("case");
        }
        kube.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .serverSideApply();
        kube.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(name)
                        .withName("default")
                        .endMetadata()
                        .build())
                .serverSideApply();
        return name;
    }

    private static Namespace namespace(String name, Map<String, String> labels, Map<String, String> annotations) {
        return kube.client()
                .namespaces()
                .withName(name)
                .edit(it -> new NamespaceBuilder(it)
                        .editMetadata()
                        .addToLabels(labels)
                        .addToAnnotations(annotations)
                        .endMetadata()
                        .build());
    }

    private static String enabled() {
        return namespace(kube.namespace("shop"), Map.of(Keys.INJECT, Keys.ENABLED), Map.of())
                .getMetadata()
                .getName();
    }

    /** What the API server has against a pod is a failed row, not an end of the table. */
    private static JsonNode accepted(String row, String namespace, ObjectNode pod) {
        try {
            return create(namespace, pod, "?dryRun=All");
        } catch (KubernetesClientException e) {
            throw new AssertionError(row + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode create(String namespace, ObjectNode pod, String options) {
        ObjectNode sent = pod.deepCopy().put("apiVersion", "v1").put("kind", "Pod");
        if (sent.path("metadata") instanceof ObjectNode metadata) {
            metadata.put("namespace", namespace);
        }
        return JSON.readTree(kube.client()
                .raw("/api/v1/namespaces/" + namespace + "/pods" + options, "POST", JSON.writeValueAsString(sent)));
    }

    private static ObjectNode pod() {
        return (ObjectNode)
                JSON.readTree(
                        "{\"metadata\": {\"generateName\": \"web-\"}, \"spec\": {\"containers\": [{\"name\": \"web\", \"image\": \"web\"}]}}");
    }

    private static boolean hasSidecar(JsonNode pod) {
        return pod.path("spec").toString().contains("\"name\":\"" + Sidecar.PROXY_CONTAINER + "\"");
    }

    private static @Nullable String annotation(JsonNode pod, String key) {
        JsonNode value = pod.path("metadata").path("annotations").path(key);
        return value.isString() ? value.asString() : null;
    }

    // ---- the admission table

    @Test
    void every_row_of_the_admission_table_is_so_at_the_api_server() throws IOException {
        InjectionSettings present = USUAL;
        int rows = 0;
        SoftAssertions all = new SoftAssertions();
        for (GoldenCase row : GoldenCase.all()) {
            if (row.path().startsWith("decide/")) {
                if (!row.settings().equals(present)) {
                    injector.close();
                    injector = RunningInjector.start(kube, account, client, row.settings());
                    present = row.settings();
                }
                GoldenCase one = row;
                all.check(() -> check(one));
                rows++;
            }
        }
        all.assertAll();
        assertThat(rows).isGreaterThan(30);
    }

    private static void check(GoldenCase row) {
        Namespace namespace = namespace(
                named(row.namespace().name()),
                row.namespace().labels(),
                row.namespace().annotations());
        String name = namespace.getMetadata().getName();
        InjectionDecision decision = row.injection().decision();
        switch (decision) {
            case Inject _ -> {
                JsonNode pod = accepted(row.path(), name, row.pod());
                assertThat(hasSidecar(pod)).as(row.path()).isTrue();
                assertThat(annotation(pod, Keys.SIDECAR)).as(row.path()).isNotNull();
            }
            case Skip(Reason reason) -> {
                JsonNode pod = accepted(row.path(), name, row.pod());
                assertThat(hasSidecar(pod)).as(row.path()).isFalse();
                boolean asked = Keys.ENABLED.equals(
                        Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.<String, String>of())
                                .get(Keys.INJECT));
                assertThat(annotation(pod, Keys.INJECT_SKIPPED))
                        .as(row.path())
                        .isEqualTo(asked && !SILENT.contains(reason) ? reason.text() : null);
            }
            case Refuse refusal ->
                assertThatThrownBy(() -> create(name, row.pod(), "?dryRun=All"))
                        .as(row.path())
                        .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                            for (Problem problem : refusal.problems()) {
                                assertThat(e.getMessage()).contains(problem.field(), problem.message(), problem.fix());
                            }
                        });
        }
    }

    // ---- who depends on the injector, and who doesn't

    @Test
    void without_an_injector_no_pod_starts_where_sidecars_are_wanted_and_all_others_do() throws IOException {
        String meshed = enabled();
        String plain = kube.namespace("plain");
        injector.close();

        assertThatThrownBy(() -> create(meshed, pod(), ""))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("failed calling webhook \"pods.weir.io\"");
        assertThat(hasSidecar(create(plain, pod(), ""))).isFalse();
        String later = namespace(kube.namespace("later"), Map.of(), Map.of(Keys.INJECT, Keys.ENABLED))
                .getMetadata()
                .getName();
        assertThat(hasSidecar(create(later, pod(), "")))
                .as("its label is not there yet")
                .isFalse();

        injector = RunningInjector.start(kube, account, client, USUAL);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(kube.client()
                                .namespaces()
                                .withName(later)
                                .get()
                                .getMetadata()
                                .getLabels())
                        .as("what was missed is made good")
                        .containsEntry(Keys.INJECT, Keys.ENABLED));
        assertThat(hasSidecar(create(later, pod(), ""))).isTrue();
    }

    @Test
    void a_dry_run_is_answered_like_any_other_and_makes_nothing() {
        String namespace = enabled();

        assertThat(hasSidecar(create(namespace, pod(), "?dryRun=All"))).isTrue();
        assertThat(kube.client().pods().inNamespace(namespace).list().getItems())
                .isEmpty();
    }

    @Test
    void the_label_goes_with_the_annotation_that_it_followed() {
        String name = namespace(kube.namespace("shop"), Map.of(), Map.of(Keys.INJECT, Keys.ENABLED))
                .getMetadata()
                .getName();
        assertThat(hasSidecar(create(name, pod(), ""))).isTrue();

        Namespace without = kube.client()
                .namespaces()
                .withName(name)
                .edit(it -> new NamespaceBuilder(it)
                        .editMetadata()
                        .removeFromAnnotations(Keys.INJECT)
                        .endMetadata()
                        .build());
        assertThat(without.getMetadata().getLabels()).doesNotContainKey(Keys.INJECT);
    }

    @Test
    void it_needs_each_permission_that_it_is_given_and_no_other() {
        create(enabled(), pod(), "");
        namespace(kube.namespace("shop"), Map.of(), Map.of(Keys.INJECT, Keys.ENABLED));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(account.unused())
                        .as("granted, and not needed but for a rotation, or for what a webhook missed")
                        .allMatch(permission ->
                                permission.contains("resource=secrets, names=[weir-injector-tls], verb=update")
                                        || permission.contains("resource=namespaces, names=[], verb=patch")));
        assertThat(account.requests()).as("forbidden").noneMatch(request -> request.code() == 403);
    }
}
