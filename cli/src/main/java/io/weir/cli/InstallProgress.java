package io.weir.cli;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Tells, each time it is asked to, what has changed of an installation that is under way. */
final class InstallProgress implements Runnable {

    private final KubernetesClient client;
    private final String namespace;
    private final PrintStream to;
    private final Map<String, String> told = new LinkedHashMap<>();

    InstallProgress(KubernetesClient client, String namespace, PrintStream to) {
        this.client = client;
        this.namespace = namespace;
        this.to = to;
    }

    @Override
    public void run() {
        try {
            client.batch().v1().jobs().inNamespace(namespace).list().getItems().forEach(this::tell);
            client.apps().deployments().inNamespace(namespace).list().getItems().forEach(this::tell);
        } catch (KubernetesClientException _) {
            // Helm asks the same cluster, and says what is wrong with it.
        }
    }

    private void tell(Job job) {
        boolean done = job.getStatus() != null
                && Objects.requireNonNullElse(job.getStatus().getSucceeded(), 0) > 0;
        int failed = job.getStatus() == null
                ? 0
                : Objects.requireNonNullElse(job.getStatus().getFailed(), 0);
        tell(
                "job " + job.getMetadata().getName(),
                done ? "done" : failed > 0 ? "failed " + failed + " times" : "is running");
    }

    private void tell(Deployment deployment) {
        int ready = deployment.getStatus() == null
                ? 0
                : Objects.requireNonNullElse(deployment.getStatus().getReadyReplicas(), 0);
        tell(
                "deployment " + deployment.getMetadata().getName(),
                ready + " of " + Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1) + " ready");
    }

    private void tell(String what, String how) {
        if (!how.equals(told.put(what, how))) {
            to.println("  " + what + ": " + how);
        }
    }
}
