package io.weir.cli.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** Checks that belong together. */
public interface Category {

    /** For people and scripts, such as {@code smi-crds}. */
    String name();

    /** @throws io.fabric8.kubernetes.client.KubernetesClientException if the cluster can't be asked */
    List<Check> run(KubernetesClient client);

    /**
     * All that are of use before an installation, in the order in which they are shown.
     *
     * @param systemNamespace where Weir will run
     */
    static List<Category> before(String systemNamespace) {
        return List.of(
                new Kubernetes(),
                new Rights(systemNamespace),
                new AdoptedDefinitions(),
                new OtherMeshes(systemNamespace),
                new Absence(systemNamespace));
    }

    /**
     * All of an installed Weir, in the order in which they are shown.
     *
     * @param systemNamespace where Weir runs
     * @param deny the mesh's mode
     * @param sidecars what is asked of the control plane
     */
    static List<Category> installed(String systemNamespace, boolean deny, Sidecars sidecars) {
        return List.of(
                new Kubernetes(),
                new Programs(systemNamespace),
                new SmiDefinitions(),
                new Webhooks(systemNamespace),
                new MeshedNamespaces(deny),
                new MeshedPods(),
                new Telemetry(systemNamespace),
                sidecars,
                new SmiObjects());
    }
}
