package io.weir.injector.uninstall;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.List;

/** What Weir's programs wrote for themselves: the mesh's root, where it was published, and who led. */
public final class Leftovers {

    /** What became of it. */
    public enum Outcome {
        DELETED,
        /** Pods have sidecars: they trust that root until they are made anew, and it must not be replaced meanwhile. */
        KEPT
    }

    /** @param deleted those that were there, as {@code Kind name}; empty if all was kept */
    public record Swept(Outcome outcome, List<String> deleted) {

        public Swept {
            deleted = List.copyOf(deleted);
        }
    }

    private static final String PART_OF = "app.kubernetes.io/part-of";
    private static final String WEIR = "weir";
    private static final String LEADER = "weir-control-plane";
    private static final List<String> SECRETS = List.of("weir-ca", "weir-injector-tls", "weir-telemetry-tls");
    private static final ResourceDefinitionContext TRUST_BUNDLES = new ResourceDefinitionContext.Builder()
            .withGroup("certificates.k8s.io")
            .withVersion("v1")
            .withKind("ClusterTrustBundle")
            .withPlural("clustertrustbundles")
            .withNamespaced(false)
            .build();

    private final KubernetesClient client;
    private final String systemNamespace;

    /** @param systemNamespace where Weir ran */
    public Leftovers(KubernetesClient client, String systemNamespace) {
        this.client = client;
        this.systemNamespace = systemNamespace;
    }

    /**
     * Deletes all of it, once Weir's programs are deleted; or nothing while a pod has a sidecar. It may be run again.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the cluster can't be asked
     */
    public Swept sweep() {
        if (new MeshedPods(client).exist()) {
            return new Swept(Outcome.KEPT, List.of());
        }
        List<String> deleted = new ArrayList<>();
        // The Secret comes after them: roots that are published without it are the sign of one that was lost.
        deleteRoots(deleted);
        delete(
                "ClusterTrustBundle " + Sidecar.TRUST_BUNDLE,
                client.genericKubernetesResources(TRUST_BUNDLES).withName(Sidecar.TRUST_BUNDLE),
                deleted);
        for (String name : SECRETS) {
            delete(
                    "Secret " + name,
                    client.secrets().inNamespace(systemNamespace).withName(name),
                    deleted);
        }
        deleteLeases(deleted);
        return new Swept(Outcome.DELETED, deleted);
    }

    /** Each namespace of the mesh has them. */
    private void deleteRoots(List<String> deleted) {
        for (ConfigMap roots : client.configMaps()
                .inAnyNamespace()
                .withField("metadata.name", Sidecar.ROOTS_CONFIG_MAP)
                .list()
                .getItems()) {
            if (WEIR.equals(roots.getMetadata().getLabels().get(PART_OF))) {
                delete(
                        "ConfigMap " + roots.getMetadata().getNamespace() + "/" + Sidecar.ROOTS_CONFIG_MAP,
                        client.resource(roots),
                        deleted);
            }
        }
    }

    private void deleteLeases(List<String> deleted) {
        for (Lease lease : client.leases().inNamespace(systemNamespace).list().getItems()) {
            String name = lease.getMetadata().getName();
            if (name.equals(LEADER)
                    || WEIR.equals(lease.getMetadata().getLabels().get(PART_OF))) {
                delete("Lease " + name, client.leases().resource(lease), deleted);
            }
        }
    }

    private static void delete(String what, Resource<?> resource, List<String> deleted) {
        if (!resource.delete().isEmpty()) {
            deleted.add(what);
        }
    }
}
