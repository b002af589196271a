package io.weir.testing.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A ServiceAccount, in a namespace of its own, with exactly the rules that a part of a mesh is installed with. */
public final class InstalledAccount {

    private final KubeApiServer kube;
    private final String rules;
    private final String namespace;
    private final List<ClusterRole> roles = new ArrayList<>();

    private InstalledAccount(KubeApiServer kube, String rules) {
        this.kube = kube;
        this.rules = rules;
        this.namespace = kube.namespace("weir-system");
    }

    /**
     * A new account.
     *
     * @param rules a resource of the class path: ClusterRoles, which are bound everywhere, and Roles, which are moved to
     *     the account's namespace
     */
    public static InstalledAccount in(KubeApiServer kube, String rules) {
        InstalledAccount account = new InstalledAccount(kube, rules);
        try (InputStream in = InstalledAccount.class.getResourceAsStream(rules)) {
            for (HasMetadata object : kube.client().load(in).items()) {
                switch (object) {
                    case ClusterRole role -> account.bind(role);
                    case Role role -> account.bind(role);
                    default -> throw new IllegalStateException(object.getKind());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return account;
    }

    /** For the caller to close. */
    public KubernetesClient client() {
        Config config = kube.serviceAccount(namespace, "default").config();
        config.setHttp2Disable(true);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private void bind(ClusterRole role) {
        String name = namespace + "-" + role.getMetadata().getName();
        role.getMetadata().setName(name);
        roles.add(role);
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

    private void bind(Role role) {
        role.getMetadata().setNamespace(namespace);
        kube.client().resource(role).create();
        kube.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(role.getMetadata().getName())
                        .endMetadata()
                        .withNewRoleRef(
                                "rbac.authorization.k8s.io",
                                "Role",
                                role.getMetadata().getName())
                        .addNewSubject("", "ServiceAccount", "default", namespace)
                        .build())
                .create();
    }

    /** Weir's own namespace. */
    public String namespace() {
        return namespace;
    }

    /** As the audit log has it. */
    public String user() {
        return "system:serviceaccount:" + namespace + ":default";
    }

    /** What it asked for so far. */
    public List<AuditLog.Request> requests() {
        return kube.audit().of(user());
    }

    /** Permissions that it was given and has not needed so far. */
    public List<String> unused() {
        return GrantedRules.unused(kube, rules, requests());
    }

    /** For a process. */
    public Path kubeconfig() {
        return kube.serviceAccount(namespace, "default").kubeconfig();
    }

    /** Takes away what concerns a resource, as an installation that went wrong would lack it. */
    public void withdraw(String resource) {
        for (ClusterRole role : roles) {
            kube.client()
                    .resource(role.edit()
                            .removeMatchingFromRules(
                                    rule -> rule.build().getResources().contains(resource))
                            .build())
                    .update();
        }
    }

    /** Gives all back. */
    public void restore() {
        roles.forEach(role -> kube.client().resource(role).update());
    }
}
