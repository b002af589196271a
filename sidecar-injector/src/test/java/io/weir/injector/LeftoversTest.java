package io.weir.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.injector.uninstall.Leftovers;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The last part of a removal, with the rights that the chart's job has. */
@Tag("kube")
class LeftoversTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private KubeApiServer kube;
    private String shop;

    @BeforeEach
    void start() {
        kube = KubeApiServer.launch();
        shop = kube.namespace("shop");
    }

    @AfterEach
    void end() {
        kube.close();
    }

    private void createLeftovers(String system) {
        Map<String, String> ours = Map.of("app.kubernetes.io/part-of", "weir");
        for (String namespace : List.of(system, shop)) {
            kube.client().resource(roots(namespace, ours)).create();
        }
        kube.client().resource(roots("default", Map.of())).create();
        for (String name : List.of("weir-ca", "weir-injector-tls", "weir-telemetry-tls", "somebody-s")) {
            kube.client()
                    .resource(new SecretBuilder()
                            .withNewMetadata()
                            .withNamespace(system)
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
        lease(system, "weir-control-plane", Map.of());
        lease(system, "weir-replica-1", ours);
        lease(system, "somebody-s", Map.of());
        kube.client()
                .genericKubernetesResources("certificates.k8s.io/v1", "ClusterTrustBundle")
                .resource(kube.client()
                        .getKubernetesSerialization()
                        .unmarshal(
                                """
                                apiVersion: certificates.k8s.io/v1
                                kind: ClusterTrustBundle
                                metadata: {name: "weir.io:workload:roots"}
                                spec:
                                  signerName: weir.io/workload
                                  trustBundle: |
                                    %s
                                """.formatted(kube.caCertificate().strip().replace("\n", "\n    ")),
                                GenericKubernetesResource.class))
                .create();
    }

    private static ConfigMap roots(String namespace, Map<String, String> labels) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("weir-roots")
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    private void lease(String namespace, String name, Map<String, String> labels) {
        kube.client()
                .resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .withLabels(labels)
                        .endMetadata()
                        .build())
                .create();
    }

    @Test
    void what_the_programs_wrote_for_themselves_goes_once_no_pod_has_a_sidecar() {
        InstalledAccount account = InstalledAccount.in(kube, "/kubernetes/uninstall-finish-rbac.yaml");
        String system = account.namespace();
        createLeftovers(system);
        kube.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(shop)
                        .withName("web")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("weir-proxy")
                        .withImage("envoy")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        try (KubernetesClient client = account.client()) {
            Leftovers leftovers = new Leftovers(client, system);

            assertThat(leftovers.sweep()).isEqualTo(new Leftovers.Swept(Leftovers.Outcome.KEPT, List.of()));
            assertThat(kube.client().secrets().inNamespace(system).list().getItems())
                    .hasSize(4);

            kube.client().pods().inNamespace(shop).withGracePeriod(0).delete();
            await().atMost(PATIENCE)
                    .until(() -> kube.client()
                            .pods()
                            .inNamespace(shop)
                            .list()
                            .getItems()
                            .isEmpty());
            assertThat(leftovers.sweep().deleted())
                    .containsExactlyInAnyOrder(
                            "ConfigMap " + system + "/weir-roots",
                            "ConfigMap " + shop + "/weir-roots",
                            "ClusterTrustBundle weir.io:workload:roots",
                            "Secret weir-ca",
                            "Secret weir-injector-tls",
                            "Secret weir-telemetry-tls",
                            "Lease weir-control-plane",
                            "Lease weir-replica-1");
            assertThat(leftovers.sweep()).isEqualTo(new Leftovers.Swept(Leftovers.Outcome.DELETED, List.of()));
        }
        assertThat(kube.client()
                        .configMaps()
                        .inNamespace("default")
                        .withName("weir-roots")
                        .get())
                .as("somebody else's")
                .isNotNull();
        assertThat(account.unused()).isEmpty();
        assertThat(account.requests()).as("forbidden").noneMatch(request -> request.code() == 403);
    }
}
