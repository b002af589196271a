package io.weir.controlplane.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

@KubeTest
class ReviewedAccessTest {

    private static final String STATUS = "GET /v1/status";

    private static int answer(ReviewedAccess access, String route, String token) {
        return Objects.requireNonNull(access.refusal(route, "Bearer " + token)).status();
    }

    @Test
    void who_may_is_what_the_clusters_rules_say(KubeApiServer kube) {
        KubernetesClient client = kube.client();
        String namespace = kube.namespace("admin");
        client.resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .addNewRule()
                        .withNonResourceURLs("/weir/v1/status")
                        .withVerbs("get")
                        .endRule()
                        .build())
                .create();
        client.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", namespace)
                        .addNewSubject(null, "ServiceAccount", "default", namespace)
                        .build())
                .create();
        String other = kube.namespace("other");
        ReviewedAccess access = new ReviewedAccess(client, Set.of("GET /healthz"));

        AdminAnswer allowed = access.refusal(STATUS, "Bearer " + kube.token(namespace, "default"));

        assertThat(allowed).isNull();
        assertThat(answer(access, "POST /v1/status", kube.token(namespace, "default")))
                .isEqualTo(403);
        assertThat(answer(access, STATUS, kube.token(other, "default"))).isEqualTo(403);
        assertThat(answer(access, STATUS, kube.token(namespace, "default", "weir.io/xds")))
                .as("a proxy's token is none for people")
                .isEqualTo(401);
        assertThat(answer(access, STATUS, "a.b.c")).isEqualTo(401);
        assertThat(Objects.requireNonNull(access.refusal(STATUS, null)).status())
                .isEqualTo(401);
        assertThat(access.refusal("GET /healthz", null)).isNull();
    }

    @Test
    void nobody_is_let_in_while_the_api_server_is_away() {
        try (KubeApiServer kube = KubeApiServer.launch()) {
            String namespace = kube.namespace("admin");
            String token = kube.token(namespace, "default");
            ReviewedAccess access = new ReviewedAccess(kube.client(), Set.of());
            kube.kill();

            assertThat(answer(access, STATUS, token)).isEqualTo(503);
        }
    }
}
