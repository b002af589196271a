package io.weir.controlplane.identity.podcert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.identity.podcert.PodCertificateSigner.Outcome;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus.Phase;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real API server, a signer with the rights it is installed with, and requests of a kubelet and of others. */
@KubeTest
class PodCertificateSignerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private KubeApiServer kube;
    private InstalledAccount account;
    private KubernetesClient client;
    private CertificateAuthority authority;
    private PodCertificateSigner signer;
    private TestKubelet kubelet;
    private String namespace;

    @BeforeEach
    void open(KubeApiServer server) throws IOException {
        kube = server;
        account = InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml");
        client = account.client();
        authority = authority("state", CertificateSettings.defaults());
        start();
        namespace = kube.namespace("shop");
        kubelet = new TestKubelet(kube, "node-of-" + namespace);
    }

    private CertificateAuthority authority(String state, CertificateSettings settings) throws IOException {
        return CertificateAuthority.open(
                StateFolder.open(folder.resolve(state)),
                new TrustDomain("cluster.local"),
                settings,
                InstantSource.system());
    }

    private void start() {
        outcomes.clear();
        signer = PodCertificateSigner.start(client, authority, WatchOptions.defaults(), outcomes::add);
        await().atMost(PATIENCE).until(() -> signer.requests().phase() == Phase.CURRENT);
    }

    @AfterEach
    void close() throws IOException {
        kubelet.close();
        signer.close();
        client.close();
        authority.close();
    }

    private Pod pod() {
        return kubelet.run(kubelet.pod(namespace, "buyer-0"));
    }

    private static Condition condition(PodCertificateRequest request) {
        return request.getStatus().getConditions().getFirst();
    }

    private static X509Certificate certificate(PodCertificateRequest request) throws GeneralSecurityException {
        byte[] pem = request.getStatus().getCertificateChain().getBytes(StandardCharsets.US_ASCII);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    /** By someone who may make any request, as no kubelet may. */
    private void denied(PodCertificateRequestBuilder request, String reason, String message) {
        PodCertificateRequest settled =
                kubelet.settled(kube.client().resource(request.build()).create());
        assertThat(condition(settled).getType()).isEqualTo("Denied");
        assertThat(condition(settled).getReason()).isEqualTo(reason);
        assertThat(condition(settled).getMessage()).startsWith(message);
        assertThat(settled.getStatus().getCertificateChain()).isNull();
    }

    @Test
    void a_kubelet_gets_its_pods_certificate_for_the_key_that_it_made() throws Exception {
        Pod pod = pod();
        for (KeyPair keys : List.of(TestKubelet.ecKey(), keys("EC", 384), keys("RSA", 3072))) {
            PodCertificateRequest request = kubelet.settled(kubelet.send(kubelet.request(pod, keys)));

            assertThat(condition(request).getType())
                    .as("%s", condition(request))
                    .isEqualTo("Issued");
            X509Certificate leaf = certificate(request);
            leaf.verify(authority.bundle().roots().getFirst().getPublicKey());
            assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
            assertThat(leaf.getSubjectAlternativeNames())
                    .containsExactly(
                            List.of(6, "spiffe://cluster.local/ns/" + namespace + "/sa/default"),
                            List.of(2, "buyer-0." + namespace + ".workload.cluster.local"));
            PodBinding binding = PodBinding.of(leaf);
            assertThat(binding.podUid()).isEqualTo(pod.getMetadata().getUid());
            assertThat(binding.node()).isEqualTo("node-of-" + namespace);
            assertThat(Instant.parse(request.getStatus().getNotAfter()))
                    .isEqualTo(leaf.getNotAfter().toInstant());
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(outcomes).containsExactly(Outcome.ISSUED, Outcome.ISSUED, Outcome.ISSUED));
    }

    private static KeyPair keys(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        return generator.generateKeyPair();
    }

    @Test
    void a_certificate_lives_as_long_as_its_pod_asks_and_no_longer_than_the_meshs() throws Exception {
        Pod pod = pod();
        for (int seconds : new int[] {3_600, 7_862_400}) {
            PodCertificateRequest request = kubelet.settled(kubelet.send(kubelet.request(pod, TestKubelet.ecKey())
                    .editSpec()
                    .withMaxExpirationSeconds(seconds)
                    .endSpec()));
            X509Certificate leaf = certificate(request);
            assertThat(Duration.between(
                            leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant()))
                    .isEqualTo(Duration.ofSeconds(Math.min(seconds, 86_400)));
        }
    }

    @Test
    void a_request_that_the_live_pod_contradicts_is_denied() {
        PodCertificateRequestBuilder good = kubelet.request(pod(), TestKubelet.ecKey());
        denied(good.build().edit().editSpec().withNodeName("elsewhere").endSpec(), "OtherNode", "spec.nodeName");
        denied(good.build().edit().editSpec().withPodUID("a-former-one").endSpec(), "OtherPod", "spec.podUID");
        denied(good.build().edit().editSpec().withPodName("buyer-1").endSpec(), "PodNotFound", "spec.podName");
        denied(
                good.build().edit().editSpec().withServiceAccountName("admin").endSpec(),
                "OtherServiceAccount",
                "spec.serviceAccountName");
        denied(
                good.build()
                        .edit()
                        .editSpec()
                        .withServiceAccountUID("a-former-one")
                        .endSpec(),
                "OtherServiceAccount",
                "spec.serviceAccountUID");
    }

    @Test
    void a_pod_without_a_sidecar_gets_no_certificate() {
        Pod app = kubelet.run(kubelet.pod(namespace, "app-0")
                .editSpec()
                .removeMatchingFromContainers(container -> !container.getName().equals("app"))
                .endSpec());
        denied(kubelet.request(app, TestKubelet.ecKey()), "NoSidecar", "spec.podName");
    }

    @Test
    void a_pod_whose_sidecar_is_native_gets_one() {
        Pod app = kubelet.run(kubelet.pod(namespace, "app-0")
                .editSpec()
                .removeMatchingFromContainers(container -> !container.getName().equals("app"))
                .addNewInitContainer()
                .withName("weir-proxy")
                .withImage("envoy")
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec());
        assertThat(condition(kubelet.settled(kubelet.send(kubelet.request(app, TestKubelet.ecKey()))))
                        .getType())
                .isEqualTo("Issued");
    }

    @Test
    void a_pod_that_ends_gets_no_certificate() {
        Pod ending = kubelet.run(kubelet.pod(namespace, "ending"));
        Pod ended = kubelet.run(kubelet.pod(namespace, "ended"));
        // Until its kubelet says that it has stopped, it ends.
        kube.client().resource(ending).delete();
        kube.client()
                .resource(ended)
                .editStatus(pod -> new PodBuilder(pod)
                        .withNewStatus()
                        .withPhase("Succeeded")
                        .endStatus()
                        .build());
        for (Pod pod : List.of(ending, ended)) {
            denied(kubelet.request(pod, TestKubelet.ecKey()), "PodEnds", "spec.podName");
        }
    }

    @Test
    void what_the_signer_does_not_know_is_denied() throws Exception {
        Pod pod = pod();
        denied(
                kubelet.request(pod, TestKubelet.ecKey())
                        .editSpec()
                        .addToUnverifiedUserAnnotations("example.com/admin", "yes")
                        .endSpec(),
                "UnknownAnnotation",
                "spec.unverifiedUserAnnotations");
        denied(kubelet.request(pod, keys("EC", 521)), "UnsupportedKeyType", "spec.stubPKCS10Request");
    }

    @Test
    void what_was_settled_stays_so_whoever_signs_next() {
        PodCertificateRequest issued = kubelet.settled(kubelet.send(kubelet.request(pod(), TestKubelet.ecKey())));
        signer.close();
        start();
        PodCertificateRequest next = kubelet.settled(
                kubelet.send(kubelet.request(kubelet.run(kubelet.pod(namespace, "buyer-1")), TestKubelet.ecKey())));
        assertThat(condition(next).getType()).isEqualTo("Issued");
        assertThat(kube.client().resource(issued).get()).isEqualTo(issued);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(outcomes).containsExactly(Outcome.ISSUED));
    }

    @Test
    void requests_to_other_signers_are_left_alone() {
        PodCertificateRequest others = kube.client()
                .resource(kubelet.request(pod(), TestKubelet.ecKey())
                        .editSpec()
                        .withSignerName("example.com/other")
                        .endSpec()
                        .build())
                .create();
        kubelet.settled(
                kubelet.send(kubelet.request(kubelet.run(kubelet.pod(namespace, "buyer-1")), TestKubelet.ecKey())));
        assertThat(kube.client().resource(others).get().getStatus().getConditions())
                .isEmpty();
    }

    @RepeatedTest(3)
    void a_request_waits_while_weir_may_not_sign() {
        Pod pod = pod();
        account.withdraw("signers");
        await().atMost(PATIENCE).until(() -> !maySign());
        PodCertificateRequest request = kubelet.send(kubelet.request(pod, TestKubelet.ecKey()));
        PodCertificateRequest gone = kubelet.send(kubelet.request(pod, TestKubelet.ecKey()));
        await().during(Duration.ofSeconds(2))
                .atMost(PATIENCE)
                .until(() -> kube.client()
                        .resource(request)
                        .get()
                        .getStatus()
                        .getConditions()
                        .isEmpty());
        kube.client().resource(gone).delete();

        account.restore();

        assertThat(condition(kubelet.settled(request)).getType()).isEqualTo("Issued");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(outcomes).containsExactly(Outcome.ISSUED));
    }

    private boolean maySign() {
        return client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withGroup("certificates.k8s.io")
                        .withResource("signers")
                        .withName(Sidecar.POD_CERTIFICATE_SIGNER)
                        .withVerb("sign")
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }

    @Test
    void where_the_meshs_certificates_are_too_short_the_request_says_so() throws Exception {
        signer.close();
        authority.close();
        authority = authority(
                "short",
                new CertificateSettings(
                        Duration.ofMinutes(10), Duration.ofDays(1), Duration.ofMinutes(1), Duration.ZERO));
        start();
        PodCertificateRequest request = kubelet.settled(kubelet.send(kubelet.request(pod(), TestKubelet.ecKey())));
        assertThat(condition(request).getType()).isEqualTo("Failed");
        assertThat(condition(request).getReason()).isEqualTo("LifeTooShort");
        assertThat(condition(request).getMessage()).contains("10 min");
    }
}
