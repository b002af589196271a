package io.weir.cli.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** Checks that belong together. */
public interface Category {

    /** For people and scripts, such as {@code smi-crds}. */
    String name();

    /** @throws io.fabric8.kubernetes.client.KubernetesClientException if the cluster can't be asked */
    List<Check> run(KubernetesClient client);

    /** All categories, in the order in which they are shown. */
    static List<Category> all(boolean deny) {
        return List.of(new SmiDefinitions(), new Webhooks(), new MeshedNamespaces(deny));
    }
}
