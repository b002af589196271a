package io.weir.injector.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperationsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.injector.golden.GoldenCase;
import io.weir.injector.inject.NamespaceView;
import io.weir.injector.webhook.InjectEndpoint;
import io.weir.injector.webhook.Reviews;
import io.weir.injector.webhook.WebhookServer;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;

/** A real API server creates pods through the webhook, which fails closed, while its certificates change. */
@KubeTest
class RotationUnderLoadTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int PARALLEL = 100;
    private static final String LABEL = "rotation-under-load";

    /** A year's course in three quarters of a minute. */
    private static final ServingSettings SETTINGS = new ServingSettings(
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(4),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1));

    private final KubeApiServer kube;
    private final KubernetesClient client;
    private final String namespace;
    private ServingCertificates certificates;
    private WebhookServer server;

    RotationUnderLoadTest(KubeApiServer kube) {
        this.kube = kube;
        client = kube.client();
        namespace = kube.namespace("rotation");
    }

    @BeforeEach
    void start() throws Exception {
        certificates =
                ServingCertificates.start(client, namespace, ServedBy.injector(), InstantSource.system(), SETTINGS);
        server = WebhookServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                certificates.keyManager(),
                Map.of(
                        "/inject",
                        new InjectEndpoint(
                                NamespaceView::enabled,
                                GoldenCase.settings(JsonNodeFactory.instance.objectNode()),
                                new Reviews())));
        kube.serviceOnThisMachine(namespace, ServedBy.injector().service());
        configure(server.port());
        client.namespaces()
                .withName(namespace)
                .edit(it -> new NamespaceBuilder(it)
                        .editMetadata()
                        .addToLabels(LABEL, namespace)
                        .endMetadata()
                        .build());
        // At first the API server may not have noticed the webhook, then not its root.
        await().atMost(LONG).ignoreException(KubernetesClientException.class).until(() -> hasSidecar(create()));
    }

    @AfterEach
    void end() throws Exception {
        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(ServedBy.MUTATING)
                .delete();
        server.close();
        certificates.close();
    }

    private void configure(int port) {
        client.resource(new MutatingWebhookConfigurationBuilder()
                        .withNewMetadata()
                        .withName(ServedBy.MUTATING)
                        .endMetadata()
                        .addNewWebhook()
                        .withName("pods.weir.io")
                        .withAdmissionReviewVersions("v1")
                        .withSideEffects("None")
                        .withFailurePolicy("Fail")
                        .withTimeoutSeconds(20)
                        .withNewNamespaceSelector()
                        .addToMatchLabels(LABEL, namespace)
                        .endNamespaceSelector()
                        .addToRules(new RuleWithOperationsBuilder()
                                .withApiGroups("")
                                .withApiVersions("v1")
                                .withResources("pods")
                                .withOperations("CREATE")
                                .build())
                        .withNewClientConfig()
                        .withNewService()
                        .withName(ServedBy.injector().service())
                        .withNamespace(namespace)
                        .withPath("/inject")
                        .withPort(port)
                        .endService()
                        .endClientConfig()
                        .endWebhook()
                        .build())
                .create();
    }

    private Pod create() {
        return client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withGenerateName("web-")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("web")
                        .withImage("web")
                        .endContainer()
                        .endSpec()
                        .build())
                .dryRun()
                .create();
    }

    private static boolean hasSidecar(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .anyMatch(container -> container.getName().equals(Sidecar.PROXY_CONTAINER));
    }

    private X509Certificate shown() {
        String alias = certificates.keyManager().chooseEngineServerAlias("EC", null, null);
        return certificates.keyManager().getCertificateChain(alias)[0];
    }

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void no_pod_is_refused_while_pairs_and_roots_change() throws Exception {
        Set<Object> pairs = new HashSet<>();
        Set<Object> roots = new HashSet<>();
        int created = 0;
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            while (roots.size() < 2 || pairs.size() < 3) {
                List<Future<Pod>> wave = new ArrayList<>();
                for (int i = 0; i < PARALLEL; i++) {
                    wave.add(many.submit(this::create));
                }
                for (Future<Pod> one : wave) {
                    // A refusal fails the test here, with what the API server says.
                    assertThat(hasSidecar(one.get())).isTrue();
                    created++;
                }
                pairs.add(shown().getSerialNumber());
                roots.add(shown().getIssuerX500Principal());
            }
        }
        assertThat(created).isGreaterThanOrEqualTo(PARALLEL);
    }
}
