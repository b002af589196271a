package io.weir.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** A client of the cluster that this runs in, or that {@code KUBECONFIG} names. */
final class ClusterClient {

    private ClusterClient() {}

    /** For the caller to close. */
    static KubernetesClient open() {
        Config config = Config.autoConfigure(null);
        // The JDK's client would send every request over one HTTP/2 connection, and never notice that it is dead.
        config.setHttp2Disable(true);
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
