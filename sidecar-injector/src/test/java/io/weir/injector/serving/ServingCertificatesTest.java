package io.weir.injector.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KubeTest
class ServingCertificatesTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** Nothing is looked at but when something changes: so a test sees that changes are noticed. */
    private static final ServingSettings SETTINGS = new ServingSettings(
            Duration.ofDays(365),
            Duration.ofDays(30),
            Duration.ofMinutes(10),
            Duration.ofMillis(1),
            Duration.ofHours(1));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final InstantSource clock = now::get;
    private final List<ServingCertificates> replicas = new ArrayList<>();
    private final KubernetesClient client;
    private final String namespace;

    ServingCertificatesTest(KubeApiServer kube) {
        client = kube.client();
        namespace = kube.namespace("serving");
    }

    @BeforeEach
    void configure() {
        client.resource(new MutatingWebhookConfigurationBuilder()
                        .withNewMetadata()
                        .withName(ServedBy.MUTATING)
                        .endMetadata()
                        .addNewWebhook()
                        .withName("pods.weir.io")
                        .withAdmissionReviewVersions("v1")
                        .withSideEffects("None")
                        .withFailurePolicy("Ignore")
                        .withNewClientConfig()
                        .withNewService()
                        .withName(ServedBy.injector().service())
                        .withNamespace(namespace)
                        .endService()
                        .endClientConfig()
                        .endWebhook()
                        .addNewWebhook()
                        .withName("others.example.com")
                        .withAdmissionReviewVersions("v1")
                        .withSideEffects("None")
                        .withFailurePolicy("Ignore")
                        .withNewClientConfig()
                        .withNewService()
                        .withName("others")
                        .withNamespace(namespace)
                        .endService()
                        .endClientConfig()
                        .endWebhook()
                        .build())
                .create();
    }

    @AfterEach
    void end() {
        replicas.forEach(ServingCertificates::close);
        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(ServedBy.MUTATING)
                .delete();
    }

    private ServingCertificates replica() {
        ServingCertificates replica =
                ServingCertificates.start(client, namespace, ServedBy.injector(), clock, SETTINGS);
        replicas.add(replica);
        return replica;
    }

    private @Nullable String caBundle(int webhook) {
        return client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(ServedBy.MUTATING)
                .get()
                .getWebhooks()
                .get(webhook)
                .getClientConfig()
                .getCaBundle();
    }

    private List<X509Certificate> roots() throws Exception {
        String bundle = caBundle(0);
        return bundle == null
                ? List.of()
                : CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(Base64.getDecoder().decode(bundle)))
                        .stream()
                        .map(X509Certificate.class::cast)
                        .toList();
    }

    private static @Nullable X509Certificate shown(ServingCertificates replica) {
        String alias = replica.keyManager().chooseEngineServerAlias("EC", null, null);
        return alias == null ? null : replica.keyManager().getCertificateChain(alias)[0];
    }

    /** Whether the API server would accept what the replica shows. */
    private boolean isTrusted(ServingCertificates replica) throws Exception {
        X509Certificate shown = shown(replica);
        return shown != null
                && roots().stream()
                        .anyMatch(root -> root.getSubjectX500Principal().equals(shown.getIssuerX500Principal()));
    }

    private Secret secret() {
        return client.secrets()
                .inNamespace(namespace)
                .withName(ServedBy.injector().secret())
                .get();
    }

    @Test
    void replicas_that_start_together_show_one_certificate_that_the_api_server_knows() throws Exception {
        ServingCertificates one = replica();
        ServingCertificates other = replica();

        await().atMost(LONG).until(() -> one.isReady() && other.isReady());

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(shown(one)).isNotNull().isEqualTo(shown(other)));
        assertThat(isTrusted(one)).isTrue();
        assertThat(caBundle(1)).as("of another's webhook").isNull();
    }

    @Test
    void a_caBundle_that_someone_wiped_comes_back() throws Exception {
        ServingCertificates one = replica();
        await().atMost(LONG).until(one::isReady);
        String before = caBundle(0);

        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(ServedBy.MUTATING)
                .edit(it -> {
                    it.getWebhooks().getFirst().getClientConfig().setCaBundle(null);
                    return it;
                });

        await().atMost(LONG).untilAsserted(() -> assertThat(caBundle(0)).isEqualTo(before));
    }

    @Test
    void a_lost_secret_makes_a_new_root_and_the_old_one_is_trusted_until_all_have_moved() throws Exception {
        ServingCertificates one = replica();
        await().atMost(LONG).until(one::isReady);
        List<X509Certificate> before = roots();
        X509Certificate shownBefore = shown(one);

        client.secrets()
                .inNamespace(namespace)
                .withName(ServedBy.injector().secret())
                .delete();

        await().atMost(LONG).untilAsserted(() -> assertThat(roots()).hasSize(2).containsAll(before));
        await().atMost(LONG).pollDelay(Duration.ZERO).until(() -> {
            now.updateAndGet(it -> it.plusSeconds(1));
            one.look();
            return !Objects.equals(shownBefore, shown(one));
        });
        assertThat(isTrusted(one)).isTrue();
    }

    @Test
    void a_secret_that_holds_nonsense_is_written_anew() {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(ServedBy.injector().secret())
                        .withNamespace(namespace)
                        .endMetadata()
                        .withType("weir.io/serving-certificates")
                        .withData(Map.of("tls.crt", "bm9uc2Vuc2U=", "tls.key", "bm9uc2Vuc2U="))
                        .build())
                .create();

        ServingCertificates one = replica();

        await().atMost(LONG).until(one::isReady);
        assertThat(secret().getData()).containsKeys("ca.crt", "ca.key", "tls.crt", "tls.key");
    }

    @Test
    void a_root_takes_over_while_replicas_watch_and_never_is_one_untrusted() throws Exception {
        ServingCertificates one = replica();
        ServingCertificates other = replica();
        await().atMost(LONG).until(() -> one.isReady() && other.isReady());
        X509Certificate first = roots().getFirst();
        now.updateAndGet(it -> it.plus(Duration.ofDays(244)));

        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    // What is shown was trusted before, and is after: the bundle is read in between.
                    assertThat(isTrusted(one)).isTrue();
                    assertThat(isTrusted(other)).isTrue();
                    now.updateAndGet(it -> it.plusSeconds(60));
                    one.look();
                    other.look();
                    return roots().size() == 1 && !roots().getFirst().equals(first);
                });
        await().atMost(LONG).untilAsserted(() -> assertThat(shown(other)).isEqualTo(shown(one)));
        assertThat(isTrusted(one)).isTrue();
    }

    @Test
    void once_all_is_true_nobody_writes() {
        ServingCertificates one = replica();
        ServingCertificates other = replica();
        await().atMost(LONG).until(() -> one.isReady() && other.isReady());
        String secretVersion = secret().getMetadata().getResourceVersion();
        String bundleVersion = configurationVersion();

        await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> {
            one.look();
            other.look();
            return secretVersion.equals(secret().getMetadata().getResourceVersion())
                    && bundleVersion.equals(configurationVersion());
        });
    }

    @Test
    void the_metrics_api_is_known_by_roots_of_its_own() {
        APIService ours = apiService("v1alpha2", "weir-telemetry");
        APIService others = apiService("v1alpha1", "others");
        client.resource(ours).create();
        client.resource(others).create();
        try {
            ServingCertificates replica =
                    ServingCertificates.start(client, namespace, ServedBy.telemetry(), clock, SETTINGS);
            replicas.add(replica);
            await().atMost(LONG).until(replica::isReady);
            String bundle = client.resource(ours).get().getSpec().getCaBundle();
            assertThat(new String(Base64.getDecoder().decode(bundle), StandardCharsets.US_ASCII))
                    .startsWith("-----BEGIN CERTIFICATE-----");
            assertThat(client.resource(others).get().getSpec().getCaBundle()).isNull();
            assertThat(caBundle(0))
                    .as("of the injector, which is another program")
                    .isNull();
            X509Certificate shown = shown(replica);
            assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=weir-telemetry,O=Weir");
            assertThat(shown.getSubjectAlternativeNames())
                    .singleElement()
                    .satisfies(name -> assertThat(name.get(1)).isEqualTo("weir-telemetry." + namespace + ".svc"));
            assertThat(client.secrets()
                            .inNamespace(namespace)
                            .withName("weir-telemetry-tls")
                            .get())
                    .isNotNull();
        } catch (CertificateParsingException e) {
            throw new AssertionError(e);
        } finally {
            // One that nobody serves would trouble every other test's discovery.
            client.resource(ours).delete();
            client.resource(others).delete();
        }
    }

    private APIService apiService(String version, String service) {
        return new APIServiceBuilder()
                .withNewMetadata()
                .withName(version + ".metrics.smi-spec.io")
                .endMetadata()
                .withNewSpec()
                .withGroup("metrics.smi-spec.io")
                .withVersion(version)
                .withGroupPriorityMinimum(100)
                .withVersionPriority(100)
                .withNewService()
                .withNamespace(namespace)
                .withName(service)
                .withPort(443)
                .endService()
                .endSpec()
                .build();
    }

    private String configurationVersion() {
        return client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(ServedBy.MUTATING)
                .get()
                .getMetadata()
                .getResourceVersion();
    }
}
