package io.weir.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.injector.crd.CustomResourceDefinitions;
import io.weir.injector.crd.Release;
import io.weir.injector.crd.StoredObjects;
import io.weir.injector.golden.GoldenCase;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.uninstall.Meshed;
import io.weir.injector.uninstall.Preparation;
import io.weir.injector.uninstall.Preparation.Outcome;
import io.weir.injector.uninstall.Preparation.Prepared;
import io.weir.smi.SmiKind;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Weir leaves a real API server, and comes back, with the rights that the jobs of an installation have. */
@Tag("kube")
class UninstallTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final InjectionSettings USUAL = GoldenCase.settings(JsonNodeFactory.instance.objectNode());

    /** An object of each kind that has several versions, in its oldest. */
    private static final Map<SmiKind, String> OLDEST = Map.of(
            SmiKind.TRAFFIC_TARGET,
            "\"destination\": {\"kind\": \"ServiceAccount\", \"name\": \"api\", \"port\": 8080},"
                    + " \"sources\": [{\"kind\": \"ServiceAccount\", \"name\": \"web\"}],"
                    + " \"specs\": [{\"kind\": \"TCPRoute\", \"name\": \"x\"}]",
            SmiKind.HTTP_ROUTE_GROUP,
            "\"matches\": [{\"name\": \"all\", \"pathRegex\": \"/a\", \"methods\": [\"GET\"]}]",
            SmiKind.TCP_ROUTE,
            "\"kind\": \"TCPRoute\"",
            SmiKind.TRAFFIC_SPLIT,
            "\"spec\": {\"service\": \"web\", \"backends\": [{\"service\": \"web-v1\", \"weight\": \"500m\"}]}");

    private KubeApiServer kube;
    private InstalledAccount injectorAccount;
    private KubernetesClient injectorClient;
    private Injector injector;
    private String shop;

    @BeforeEach
    void start() throws IOException {
        kube = KubeApiServer.launch();
        injectorAccount = InstalledAccount.in(kube, "/kubernetes/injector-rbac.yaml");
        injectorClient = injectorAccount.client();
        injector = RunningInjector.start(kube, injectorAccount, injectorClient, USUAL);
        shop = kube.namespace("shop");
    }

    @AfterEach
    void end() throws IOException {
        injector.close();
        injectorClient.close();
        kube.close();
    }

    private static String name(SmiKind kind) {
        return kind.plural() + "." + kind.group();
    }

    private CustomResourceDefinition definition(SmiKind kind) {
        return kube.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name(kind))
                .get();
    }

    private void store(SmiKind kind, String version) {
        kube.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name(kind))
                .edit(it -> {
                    it.getSpec()
                            .getVersions()
                            .forEach(one -> one.setStorage(one.getName().equals(version)));
                    return it;
                });
    }

    /** So that something is stored in each kind's oldest version, or at least may be. */
    private void storeInOldestVersions() {
        OLDEST.forEach((kind, fields) -> {
            String version = kind.versions().getFirst();
            store(kind, version);
            String object = "{\"apiVersion\": \"" + kind.group() + "/" + version + "\", \"kind\": \"" + kind.kind()
                    + "\", \"metadata\": {\"name\": \"x\"}, " + fields + "}";
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                    .until(() -> {
                        kube.client().raw(path(kind, version), "POST", object);
                        return true;
                    });
            store(kind, kind.hubVersion());
            assertThat(definition(kind).getStatus().getStoredVersions()).hasSize(2);
        });
    }

    private String path(SmiKind kind, String version) {
        return "/apis/" + kind.group() + "/" + version + "/namespaces/" + shop + "/" + kind.plural();
    }

    private JsonNode read(SmiKind kind, String version) {
        String[] text = new String[1];
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> {
                    text[0] = kube.client().raw(path(kind, version) + "/x");
                    return text[0] != null;
                });
        return JSON.readTree(text[0]);
    }

    private void createPods() {
        kube.client()
                .namespaces()
                .withName(shop)
                .edit(it -> new NamespaceBuilder(it)
                        .editMetadata()
                        .addToAnnotations("weir.io/inject", "enabled")
                        .endMetadata()
                        .build());
        String set = kube.client()
                .resource(new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withNamespace(shop)
                        .withName("web-5d9c")
                        .addNewOwnerReference()
                        .withApiVersion("apps/v1")
                        .withKind("Deployment")
                        .withName("web")
                        .withUid("1")
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .withNewSpec()
                        .withNewSelector()
                        .addToMatchLabels("app", "web")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "web")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("web")
                        .withImage("web")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create()
                .getMetadata()
                .getUid();
        pod("web-5d9c-1", "ReplicaSet", "web-5d9c", set);
        pod("web-5d9c-2", "ReplicaSet", "web-5d9c", set);
        pod("agent-1", "DaemonSet", "agent", "2");
        Pod ended = pod("by-hand", "", "", "");
        ended.getStatus().setPhase("Succeeded");
        kube.client().resource(ended).updateStatus();
        pod("single", "", "", "");
        pod("nightly-1", "Job", "nightly", "3");
    }

    private Pod pod(String name, String kind, String owner, String uid) {
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace(shop)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .withImage("web")
                .endContainer()
                .endSpec();
        if (!kind.isEmpty()) {
            pod.editMetadata()
                    .addNewOwnerReference()
                    .withApiVersion(kind.equals("Job") ? "batch/v1" : "apps/v1")
                    .withKind(kind)
                    .withName(owner)
                    .withUid(uid)
                    .withController(true)
                    .endOwnerReference()
                    .endMetadata();
        }
        return kube.client().resource(pod.build()).create();
    }

    private void createApiService(String version, String namespace) {
        kube.client()
                .resource(new APIServiceBuilder()
                        .withNewMetadata()
                        .withName(version + ".metrics.smi-spec.io")
                        .endMetadata()
                        .withNewSpec()
                        .withGroup("metrics.smi-spec.io")
                        .withVersion(version)
                        .withGroupPriorityMinimum(100)
                        .withVersionPriority(100)
                        .withInsecureSkipTLSVerify(true)
                        .withNewService("weir-metrics", namespace, 443)
                        .endSpec()
                        .build())
                .create();
    }

    private boolean hasPodWebhook() {
        return kube.client()
                        .admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .withName("weir-injector")
                        .get()
                != null;
    }

    @Test
    void what_depends_on_weir_is_ended_without_a_loss_and_comes_back_with_it() throws IOException {
        storeInOldestVersions();
        createPods();
        createApiService("v1alpha1", injectorAccount.namespace());
        createApiService("v1alpha2", "elsewhere");
        InstalledAccount account = InstalledAccount.in(kube, "/kubernetes/uninstall-rbac.yaml");
        try (KubernetesClient client = account.client()) {
            Preparation preparation = new Preparation(client, injectorAccount.namespace());

            Prepared held = preparation.run(false);

            assertThat(held.outcome()).isEqualTo(Outcome.MESHED);
            assertThat(held.meshed())
                    .containsExactly(
                            new Meshed(shop, "DaemonSet", "agent", List.of("agent-1")),
                            new Meshed(shop, "Deployment", "web", List.of("web-5d9c-1", "web-5d9c-2")),
                            new Meshed(shop, "Job", "nightly", List.of("nightly-1")),
                            new Meshed(shop, "Pod", "single", List.of("single")));
            assertThat(preparation.commands(held.meshed()))
                    .containsExactly(
                            "kubectl annotate namespace " + shop + " weir.io/inject-",
                            "kubectl label namespace " + shop + " weir.io/inject-",
                            "kubectl -n " + shop + " rollout restart daemonset/agent",
                            "kubectl -n " + shop + " rollout restart deployment/web",
                            "kubectl -n " + shop + " wait --for=condition=complete job/nightly",
                            "kubectl -n " + shop
                                    + " delete pod/single  # nobody makes it anew: apply its manifest again");
            assertThat(hasPodWebhook()).isTrue();
            assertThat(definition(SmiKind.TRAFFIC_TARGET).getStatus().getStoredVersions())
                    .hasSize(2);

            Prepared done = preparation.run(true);

            assertThat(done.outcome()).isEqualTo(Outcome.DONE);
            assertThat(done.leavesOldVersions()).isFalse();
            assertThat(done.rewritten()).hasSize(4).allMatch(one -> one.objects() == 1);
            assertThat(done.deleted())
                    .containsExactly(
                            "APIService v1alpha1.metrics.smi-spec.io",
                            "ValidatingWebhookConfiguration weir-smi",
                            "MutatingWebhookConfiguration weir-injector");
            assertReleased();

            Prepared again = preparation.run(true);

            assertThat(again.outcome()).isEqualTo(Outcome.DONE);
            assertThat(again.deleted()).isEmpty();
            assertThat(again.released()).noneMatch(one -> one.outcome() == Release.Outcome.RELEASED);
        }
        assertThat(account.unused()).isEmpty();
        assertThat(account.requests()).as("forbidden").noneMatch(request -> request.code() == 403);
        assertComesBack();
    }

    private void assertReleased() throws IOException {
        injector.close();
        assertThat(hasPodWebhook()).isFalse();
        assertThat(kube.client()
                        .apiServices()
                        .withName("v1alpha2.metrics.smi-spec.io")
                        .get())
                .isNotNull();
        for (SmiKind kind : OLDEST.keySet()) {
            CustomResourceDefinition definition = definition(kind);
            assertThat(definition.getSpec().getConversion().getStrategy()).isEqualTo("None");
            assertThat(definition.getStatus().getStoredVersions()).containsExactly(kind.hubVersion());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThatThrownBy(() ->
                                    kube.client().raw(path(kind, kind.versions().getFirst()), "POST", "{}"))
                            .isInstanceOfSatisfying(
                                    KubernetesClientException.class,
                                    e -> assertThat(e.getCode()).isEqualTo(404)));
        }
        JsonNode target = read(SmiKind.TRAFFIC_TARGET, "v1alpha3");
        assertThat(target.at("/spec/destination/name").asString()).isEqualTo("api");
        assertThat(target.at("/spec/rules/0/name").asString()).isEqualTo("x");
        assertThat(read(SmiKind.TRAFFIC_SPLIT, "v1alpha4")
                        .at("/spec/backends/0/weight")
                        .asInt())
                .isEqualTo(500);
        assertThat(read(SmiKind.HTTP_ROUTE_GROUP, "v1alpha4")
                        .at("/spec/matches/0/name")
                        .asString())
                .isEqualTo("all");
        pod("after", "", "", "");
    }

    private void assertComesBack() throws IOException {
        new CustomResourceDefinitions(kube.client(), injectorAccount.namespace()).apply();
        for (SmiKind kind : OLDEST.keySet()) {
            assertThat(definition(kind).getSpec().getConversion().getStrategy()).isEqualTo("Webhook");
            assertThat(definition(kind).getSpec().getVersions()).allMatch(version -> version.getServed());
        }
        injector = RunningInjector.start(kube, injectorAccount, injectorClient, USUAL);
        assertThat(read(SmiKind.TRAFFIC_TARGET, "v1alpha1")
                        .at("/destination/port")
                        .asInt())
                .isEqualTo(8080);
        assertThat(read(SmiKind.TRAFFIC_SPLIT, "v1alpha1")
                        .at("/spec/backends/0/weight")
                        .asString())
                .isEqualTo("500m");
    }

    @Test
    void what_nobody_can_convert_holds_it_up_unless_it_is_forced() throws IOException {
        storeInOldestVersions();
        injector.close();
        Preparation preparation = new Preparation(kube.client(), injectorAccount.namespace());

        Prepared held = preparation.run(false);

        assertThat(held.outcome()).isEqualTo(Outcome.UNWRITTEN);
        assertThat(held.unlisted()).contains("conversion webhook");
        assertThat(hasPodWebhook()).isTrue();
        assertThat(definition(SmiKind.TRAFFIC_TARGET).getSpec().getConversion().getStrategy())
                .isEqualTo("Webhook");

        assertThat(preparation.run(true).outcome()).isEqualTo(Outcome.DONE);
        assertThat(hasPodWebhook()).isFalse();
        assertThat(definition(SmiKind.TRAFFIC_TARGET).getStatus().getStoredVersions())
                .as("said still, so that a later Weir writes it again")
                .hasSize(2);
    }

    @Test
    void the_jobs_for_definitions_need_each_permission_that_they_are_given_and_no_other() {
        InstalledAccount account = InstalledAccount.in(kube, "/kubernetes/crds-rbac.yaml");
        kube.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name(SmiKind.UDP_ROUTE))
                .delete();
        await().atMost(PATIENCE).until(() -> definition(SmiKind.UDP_ROUTE) == null);
        try (KubernetesClient client = account.client()) {
            // The test's injector listens elsewhere than an installed one: what is converted here comes before.
            storeInOldestVersions();
            assertThat(new StoredObjects(client).rewrite())
                    .hasSize(4)
                    .allMatch(one -> one.objects() == 1 && one.stuck().isEmpty());
            new CustomResourceDefinitions(client, "weir-system").apply();
        }
        assertThat(account.unused()).isEmpty();
        assertThat(account.requests()).as("forbidden").noneMatch(request -> request.code() == 403);
    }
}
