package io.weir.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;

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

    /** What went wrong with a cluster, for people. */
    static Failure failure(KubernetesClientException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = e.getStatus() == null || e.getStatus().getMessage() == null
                ? Objects.requireNonNullElse(cause.getMessage(), cause.toString())
                : e.getStatus().getMessage();
        return new Failure(
                "the cluster could not be asked: " + message,
                "see that kubectl works with the same KUBECONFIG, and that you may do this");
    }
}
