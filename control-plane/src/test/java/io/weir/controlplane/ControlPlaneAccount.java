package io.weir.controlplane;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A ServiceAccount with exactly the cluster-wide rules that the control plane is installed with. */
public final class ControlPlaneAccount {

    private ControlPlaneAccount() {}

    /** A new account's client, for the caller to close. */
    public static KubernetesClient client(KubeApiServer kube) {
        String namespace = kube.namespace("weir-system");
        try (InputStream rules = ControlPlaneAccount.class.getResourceAsStream("/kubernetes/rbac.yaml")) {
            for (HasMetadata object : kube.client().load(rules).items()) {
                if (object instanceof ClusterRole role) {
                    String name = namespace + "-" + role.getMetadata().getName();
                    role.getMetadata().setName(name);
                    kube.client().resource(role).create();
                    kube.client()
                            .resource(new ClusterRoleBindingBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .endMetadata()
                                    .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                                    .addNewSubject("", "ServiceAccount", "default", namespace)
                                    .build())
                            .create();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Config config = kube.serviceAccount(namespace, "default").config();
        config.setHttp2Disable(true);
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
