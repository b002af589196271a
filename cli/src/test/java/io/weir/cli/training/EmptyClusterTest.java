package io.weir.cli.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.controlplane.source.kubernetes.KubernetesSource;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EmptyClusterTest {

    private static Map<String, List<JsonNode>> objects() throws Exception {
        try (InputStream text = EmptyCluster.class.getResourceAsStream("objects.json")) {
            return JsonMapper.shared().readValue(text, new TypeReference<>() {});
        }
    }

    @Test
    void every_kind_that_a_control_plane_reads_is_there() throws Exception {
        try (EmptyCluster cluster = EmptyCluster.start(objects());
                KubernetesClient client = cluster.client();
                KubernetesSource source = KubernetesSource.start(client, KubernetesOptions.defaults())) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(source.kinds())
                            .isNotEmpty()
                            .allSatisfy(kind ->
                                    assertThat(kind.phase()).as(kind.kind()).isEqualTo(InformerStatus.Phase.CURRENT)));
        }
    }

    @Test
    void what_is_written_can_be_read_again() throws Exception {
        try (EmptyCluster cluster = EmptyCluster.start(Map.of());
                KubernetesClient client = cluster.client()) {
            client.configMaps()
                    .inNamespace("shop")
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("one")
                            .endMetadata()
                            .addToData("a", "b")
                            .build())
                    .create();
            assertThat(client.configMaps()
                            .inNamespace("shop")
                            .withName("one")
                            .get()
                            .getData())
                    .containsEntry("a", "b");
            assertThat(client.configMaps().inNamespace("shop").withName("other").get())
                    .isNull();
        }
    }
}
