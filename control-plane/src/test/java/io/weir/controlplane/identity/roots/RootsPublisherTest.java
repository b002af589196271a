package io.weir.controlplane.identity.roots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.weir.controlplane.identity.TestRoots;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@KubeTest
class RootsPublisherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROOT = TestRoots.ec("CN=one").certificate();
    private static final String NEXT = TestRoots.ec("CN=two").certificate();

    private volatile RootsPublisher.Wanted wanted;

    private static RootsPublisher.Wanted wanted(String roots, String... namespaces) {
        return new RootsPublisher.Wanted(roots, new TreeSet<>(List.of(namespaces)));
    }

    private static @Nullable String published(KubernetesClient client, String namespace) {
        ConfigMap map = client.configMaps()
                .inNamespace(namespace)
                .withName(Sidecar.ROOTS_CONFIG_MAP)
                .get();
        return map == null ? null : map.getData().get(Sidecar.ROOTS_KEY);
    }

    @Test
    void roots_are_where_they_are_wanted_whatever_becomes_of_them(KubeApiServer kube) {
        Config config = kube.admin().config();
        config.setHttp2Disable(true);
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            follow(kube, client);
        }
    }

    private void follow(KubeApiServer kube, KubernetesClient client) {
        String shop = kube.namespace("shop");
        String later = kube.namespace("later");
        wanted = wanted(ROOT, shop, "gone-" + shop);
        try (RootsPublisher publisher = RootsPublisher.start(client, WatchOptions.defaults(), () -> wanted)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(published(client, shop)).isEqualTo(ROOT));

            wanted = wanted(ROOT + NEXT, shop, later);
            publisher.changed();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(List.of(shop, later))
                            .allSatisfy(namespace ->
                                    assertThat(published(client, namespace)).isEqualTo(ROOT + NEXT)));

            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withNamespace(shop)
                            .withName(Sidecar.ROOTS_CONFIG_MAP)
                            .endMetadata()
                            .withData(Map.of(Sidecar.ROOTS_KEY, "mine"))
                            .build())
                    .update();
            client.configMaps()
                    .inNamespace(later)
                    .withName(Sidecar.ROOTS_CONFIG_MAP)
                    .delete();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(List.of(shop, later))
                            .allSatisfy(namespace ->
                                    assertThat(published(client, namespace)).isEqualTo(ROOT + NEXT)));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bundled(client)).isEqualTo(ROOT + NEXT));
            bundle(client).edit(bundle -> {
                bundle.setAdditionalProperty(
                        "spec", Map.of("signerName", Sidecar.POD_CERTIFICATE_SIGNER, "trustBundle", NEXT));
                return bundle;
            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bundled(client)).isEqualTo(ROOT + NEXT));
            bundle(client).delete();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bundled(client)).isEqualTo(ROOT + NEXT));
        }
    }

    private static Resource<GenericKubernetesResource> bundle(KubernetesClient client) {
        return client.genericKubernetesResources("certificates.k8s.io/v1", "ClusterTrustBundle")
                .withName(Sidecar.TRUST_BUNDLE);
    }

    private static @Nullable String bundled(KubernetesClient client) {
        GenericKubernetesResource bundle = bundle(client).get();
        if (bundle == null) {
            return null;
        }
        Map<String, String> spec = bundle.get("spec");
        assertThat(spec).containsEntry("signerName", Sidecar.POD_CERTIFICATE_SIGNER);
        return spec.get("trustBundle");
    }
}
