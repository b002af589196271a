package io.weir.testing.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@KubeTest
class KubeApiServerTest {

    private final KubeApiServer kube;
    private final String namespace;

    KubeApiServerTest(KubeApiServer kube) {
        this.kube = kube;
        this.namespace = kube.namespace("test");
    }

    @Test
    void every_class_is_given_the_same_server(KubeApiServer again) {
        assertThat(again).isSameAs(kube);
    }

    @Test
    void a_token_is_reviewed_for_its_audience_and_for_no_other() {
        String token = kube.token(namespace, "default", "weir");
        TokenReviewStatus accepted = review(token, "weir");
        assertThat(accepted.getAuthenticated()).isTrue();
        assertThat(accepted.getAudiences()).containsExactly("weir");
        assertThat(accepted.getUser().getUsername()).isEqualTo("system:serviceaccount:" + namespace + ":default");
        assertThat(review(token, "other").getAuthenticated()).isNotEqualTo(true);
    }

    @Test
    void the_token_of_a_pod_names_it_and_ends_with_it() {
        Pod pod = kube.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("books")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("app")
                        .withImage("app")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        String token = kube.podToken(pod, "weir");
        // Not reviewed before the pod ends: the API server remembers for ten seconds whom it accepted.
        String other = kube.podToken(pod, "weir");
        assertThat(review(token, "weir").getUser().getExtra())
                .containsEntry("authentication.kubernetes.io/pod-name", List.of("books"))
                .containsEntry(
                        "authentication.kubernetes.io/pod-uid",
                        List.of(pod.getMetadata().getUid()));
        kube.client().resource(pod).withGracePeriod(0).delete();
        await().untilAsserted(() ->
                assertThat(review(other, "weir").getAuthenticated()).isNotEqualTo(true));
    }

    @Test
    void a_service_account_may_do_what_it_is_given_and_no_more() {
        try (KubernetesClient account =
                kube.serviceAccount(namespace, "default").client()) {
            assertThatThrownBy(() -> account.pods().inNamespace(namespace).list())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("system:serviceaccount:" + namespace + ":default\" cannot list");
            kube.client()
                    .resource(new RoleBindingBuilder()
                            .withNewMetadata()
                            .withNamespace(namespace)
                            .withName("admin")
                            .endMetadata()
                            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                            .addNewSubject("", "ServiceAccount", "default", namespace)
                            .build())
                    .create();
            assertThat(account.pods().inNamespace(namespace).list().getItems()).isEmpty();
            assertThatThrownBy(() -> account.nodes().list()).hasMessageContaining("cannot list resource \"nodes\"");
        }
    }

    @Test
    void a_user_is_who_the_certificate_names() {
        try (KubernetesClient ada =
                kube.user("ada, of \"shop\"", "devs", "readers").client()) {
            var user = ada.resource(new SelfSubjectReviewBuilder().build())
                    .create()
                    .getStatus()
                    .getUserInfo();
            assertThat(user.getUsername()).isEqualTo("ada, of \"shop\"");
            assertThat(user.getGroups()).containsExactlyInAnyOrder("devs", "readers", "system:authenticated");
        }
    }

    @Test
    void kubectl_applies_and_reads_with_a_kubeconfig_of_certificate_or_token() throws Exception {
        kubectl(kube.admin().kubeconfig(), "-n", namespace, "create", "configmap", "made", "--from-literal=by=kubectl");
        assertThat(kube.client()
                        .configMaps()
                        .inNamespace(namespace)
                        .withName("made")
                        .get()
                        .getData())
                .isEqualTo(Map.of("by", "kubectl"));
        assertThat(kubectl(kube.serviceAccount(namespace, "default").kubeconfig(), "auth", "whoami", "-o", "name"))
                .contains("selfsubjectreview");
    }

    @Test
    void services_get_addresses_and_watches_tell_changes() {
        Service made = kube.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("books")
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        assertThat(made.getSpec().getClusterIP()).startsWith("10.96.");
        try (var informer = kube.client().configMaps().inNamespace(namespace).inform()) {
            kube.client()
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withNamespace(namespace)
                            .withName("seen")
                            .endMetadata()
                            .build())
                    .create();
            await().until(() -> informer.getStore().getByKey(namespace + "/seen") != null);
        }
    }

    @Test
    void pod_certificates_and_trust_bundles_are_served() {
        assertThat(kube.client().getApiResources("certificates.k8s.io/v1").getResources())
                .extracting("kind")
                .contains("PodCertificateRequest", "ClusterTrustBundle");
    }

    private TokenReviewStatus review(String token, String audience) {
        return kube.client()
                .tokenReviews()
                .create(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(audience)
                        .endSpec()
                        .build())
                .getStatus();
    }

    private String kubectl(Path kubeconfig, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(kube.kubectl().toString(), "--kubeconfig", kubeconfig.toString());
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
