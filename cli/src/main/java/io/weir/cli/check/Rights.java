package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;

/** Whether you may create what an installation creates. */
final class Rights implements Category {

    /** Where an aggregated API server is let read whom it is to believe. */
    private static final String AGGREGATION_NAMESPACE = "kube-system";

    private record Created(String group, String resource, boolean namespaced) {}

    private static final List<Created> CREATED = List.of(
            new Created("", "namespaces", false),
            new Created("apiextensions.k8s.io", "customresourcedefinitions", false),
            new Created("rbac.authorization.k8s.io", "clusterroles", false),
            new Created("rbac.authorization.k8s.io", "clusterrolebindings", false),
            new Created("admissionregistration.k8s.io", "mutatingwebhookconfigurations", false),
            new Created("admissionregistration.k8s.io", "validatingwebhookconfigurations", false),
            new Created("apiregistration.k8s.io", "apiservices", false),
            new Created("", "serviceaccounts", true),
            new Created("", "services", true),
            new Created("", "secrets", true),
            new Created("apps", "deployments", true),
            new Created("batch", "jobs", true),
            new Created("rbac.authorization.k8s.io", "roles", true),
            new Created("rbac.authorization.k8s.io", "rolebindings", true));

    private final String systemNamespace;

    Rights(String systemNamespace) {
        this.systemNamespace = systemNamespace;
    }

    @Override
    public String name() {
        return "rights";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        List<Check> missing = new ArrayList<>();
        for (Created created : CREATED) {
            require(client, created, created.namespaced() ? systemNamespace : "", missing);
        }
        require(client, new Created("rbac.authorization.k8s.io", "rolebindings", true), AGGREGATION_NAMESPACE, missing);
        // Weir's roles hold rights over many kinds, and nobody may grant what they do not hold themselves.
        if (missing.isEmpty() && !may(client, "*", "*", "*", "")) {
            return List.of(Check.warning(
                    "you may grant what Weir's accounts may do",
                    "you are no cluster-admin",
                    "you need the rights in Weir's roles yourself, or the verb escalate on clusterroles and roles"));
        }
        return missing.isEmpty() ? List.of(Check.good("you may create what an installation creates")) : missing;
    }

    private static void require(KubernetesClient client, Created created, String where, List<Check> missing) {
        if (!may(client, "create", created.group(), created.resource(), where)) {
            missing.add(Check.error(
                    "you may create " + created.resource() + (where.isEmpty() ? "" : " in " + where),
                    "you may not",
                    "install as somebody who may, such as a cluster-admin"));
        }
    }

    private static boolean may(KubernetesClient client, String verb, String group, String resource, String namespace) {
        SelfSubjectAccessReview asked = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(group)
                .withResource(resource)
                .withNamespace(namespace)
                .endResourceAttributes()
                .endSpec()
                .build();
        return Boolean.TRUE.equals(client.resource(asked).create().getStatus().getAllowed());
    }
}
