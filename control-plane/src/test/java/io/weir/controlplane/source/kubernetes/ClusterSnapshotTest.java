package io.weir.controlplane.source.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.weir.controlplane.source.kubernetes.ClusterSnapshot.Refused;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What one account sees that may not see everything. That it sees the same as the source is in ClusterMirrorTest. */
@KubeTest
class ClusterSnapshotTest {

    /** With the rights that Kubernetes gives who may view one namespace; nobody puts the role view together here. */
    private static KubernetesClient viewer(KubeApiServer kube, String namespace) {
        kube.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("viewer")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "system:aggregate-to-view")
                        .addNewSubject("", "ServiceAccount", "default", namespace)
                        .build())
                .create();
        Config config = kube.serviceAccount(namespace, "default").config();
        config.setHttp2Disable(true);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static void service(KubeApiServer kube, String namespace) {
        kube.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("web")
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    @Test
    void who_may_view_one_namespace_sees_that_one_and_is_told_so(KubeApiServer kube) throws IOException {
        String mine = kube.namespace("mine");
        String other = kube.namespace("other");
        service(kube, mine);
        service(kube, other);
        try (KubernetesClient client = viewer(kube, mine)) {
            ClusterSnapshot snapshot = ClusterSnapshot.read(client, new TreeSet<>(List.of(mine)));

            assertThat(snapshot.state().namespaces()).containsOnlyKeys(mine);
            assertThat(snapshot.state().services().keySet())
                    .extracting(Object::toString)
                    .containsExactly(mine + "/web");
            assertThat(snapshot.narrowed())
                    .contains("Namespace", "Service", "ServiceAccount", "EndpointSlice", "ReplicaSet", "Pod");
        }
    }

    @Test
    void what_may_not_be_read_is_named_with_the_words_of_the_api_server(KubeApiServer kube) throws IOException {
        String mine = kube.namespace("mine");
        String other = kube.namespace("other");
        service(kube, other);
        try (KubernetesClient client = viewer(kube, mine)) {
            ClusterSnapshot elsewhere = ClusterSnapshot.read(client, new TreeSet<>(List.of(mine, other)));
            assertThat(elsewhere.refused()).extracting(Refused::kind).contains("Namespace", "Service", "Pod");
            assertThat(elsewhere.refused())
                    .filteredOn(refused -> refused.kind().equals("Service"))
                    .allSatisfy(refused ->
                            assertThat(refused.reason()).contains("cannot list resource \"services\"", other));

            ClusterSnapshot everywhere = ClusterSnapshot.read(client, new TreeSet<>());
            assertThat(everywhere.refused()).extracting(Refused::kind).contains("Namespace", "Service", "Pod");
            assertThat(everywhere.state().services()).isEmpty();
        }
    }
}
