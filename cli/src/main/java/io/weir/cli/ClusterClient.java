package io.weir.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;

/** A client of the cluster that this runs in, or that {@code KUBECONFIG} names. */
final class ClusterClient {

    private static final String NEXT = "see that kubectl works with the same KUBECONFIG, and that you may do this";

    private ClusterClient() {}

    /** For the caller to close. */
    static KubernetesClient open() {
        return open(Config.autoConfigure(null));
    }

    /** For the caller to close. */
    static KubernetesClient open(Config config) {
        // The JDK's client would send every request over one HTTP/2 connection, and never notice that it is dead.
        config.setHttp2Disable(true);
        ClientKeys.tell(config);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** What went wrong with a cluster, for people. */
    static Failure failure(KubernetesClientException e) {
        return e.getStatus() == null || e.getStatus().getMessage() == null
                ? unreachable(e)
                : new Failure("the cluster could not be asked: " + e.getStatus().getMessage(), NEXT);
    }

    /** Of a cluster that gave no answer, or none that can be understood. */
    static Failure unreachable(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new Failure(
                "the cluster could not be asked: " + Objects.requireNonNullElse(cause.getMessage(), cause.toString()),
                NEXT);
    }
}
