package io.weir.testing.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

@KubeTest
class OutagesTest {

    @Test
    void what_was_written_is_there_after_either_was_killed_or_stopped() {
        try (KubeApiServer kube = KubeApiServer.launch()) {
            String namespace = kube.namespace("test");
            URI url = kube.url();
            write(kube, namespace, "first");
            kube.kill();
            try (KubernetesClient impatient = impatient(kube)) {
                assertThatThrownBy(() -> impatient.namespaces().list()).isInstanceOf(KubernetesClientException.class);
            }
            kube.etcd().kill();
            kube.etcd().start();
            kube.start();
            assertThat(names(kube, namespace)).containsExactly("first");
            write(kube, namespace, "second");
            kube.stop();
            kube.etcd().stop();
            kube.etcd().start();
            kube.start();
            assertThat(kube.url()).isEqualTo(url);
            assertThat(names(kube, namespace)).containsExactlyInAnyOrder("first", "second");
        }
    }

    @Test
    void a_server_that_starts_after_a_compaction_says_that_old_revisions_are_gone() {
        try (KubeApiServer kube = KubeApiServer.launch()) {
            String namespace = kube.namespace("test");
            String old = write(kube, namespace, "first");
            write(kube, namespace, "second");
            assertThat(listAt(kube, namespace, old)).isEqualTo(1);
            kube.kill();
            kube.etcd().compact();
            kube.start();
            assertThatThrownBy(() -> listAt(kube, namespace, old))
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(410));
        }
    }

    @Test
    void two_servers_know_nothing_of_each_other() {
        try (KubeApiServer one = KubeApiServer.launch();
                KubeApiServer other = KubeApiServer.launch()) {
            String namespace = one.namespace("test");
            assertThat(one.client().namespaces().withName(namespace).get()).isNotNull();
            assertThat(other.client().namespaces().withName(namespace).get()).isNull();
        }
    }

    private static KubernetesClient impatient(KubeApiServer kube) {
        Config config = kube.admin().config();
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static int listAt(KubeApiServer kube, String namespace, String revision) {
        return kube.client()
                .configMaps()
                .inNamespace(namespace)
                .list(new ListOptionsBuilder()
                        .withResourceVersion(revision)
                        .withResourceVersionMatch("Exact")
                        .build())
                .getItems()
                .size();
    }

    private static Iterable<String> names(KubeApiServer kube, String namespace) {
        return kube.client().configMaps().inNamespace(namespace).list().getItems().stream()
                .map(map -> map.getMetadata().getName())
                .toList();
    }

    private static String write(KubeApiServer kube, String namespace, String name) {
        return kube.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withData(Map.of("key", "value"))
                        .build())
                .create()
                .getMetadata()
                .getResourceVersion();
    }
}
