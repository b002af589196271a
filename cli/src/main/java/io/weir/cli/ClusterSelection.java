package io.weir.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.cluster.Named;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which cluster, with whose rights, and where in it, as kubectl takes it. */
final class ClusterSelection {

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "The namespace (default: that of the kubeconfig's context, else default).")
    private @Nullable String namespace;

    @Option(names = "--context", paramLabel = "NAME", description = "The context of the kubeconfig.")
    private @Nullable String context;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The kubeconfig (default: $$KUBECONFIG, else ~/.kube/config, else the pod's own account).")
    private @Nullable Path kubeconfig;

    /** As typed; null if it was not. */
    @Nullable
    String typedNamespace() {
        return namespace;
    }

    /** Whether a cluster was named. */
    boolean named() {
        return context != null || kubeconfig != null;
    }

    /**
     * Whether a verb asks a cluster: objects were named, and not files.
     *
     * @param words what was named, in their order
     */
    boolean meant(List<Path> words) {
        return words.stream().allMatch(word -> Named.parse(word.toString()) != null && !Files.exists(word));
    }

    /** Refuses options of a cluster beside files: one of the two is not meant. */
    void refuseWith(List<Path> files, boolean all, @Nullable CommandSpec spec) {
        if (spec != null && (named() || namespace != null || all)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "-n, -A, --context and --kubeconfig are for a cluster, and " + files.getFirst()
                            + " is not in one: name either files or a cluster");
        }
    }

    /** For the caller to close. */
    KubernetesClient open() {
        Config config = config();
        if (config.getCurrentContext() == null && System.getenv("KUBERNETES_SERVICE_HOST") == null) {
            throw new Failure(
                    "there is no kubeconfig, so there is no cluster to ask",
                    "name a kubeconfig with --kubeconfig, or name a folder of manifests");
        }
        return ClusterClient.open(config);
    }

    private Config config() {
        if (kubeconfig == null) {
            return Config.autoConfigure(context);
        }
        if (!Files.isReadable(kubeconfig)) {
            throw new Failure("the kubeconfig " + kubeconfig + " can't be read", "name another one with --kubeconfig");
        }
        try {
            return Config.fromKubeconfig(context, kubeconfig.toFile());
        } catch (KubernetesClientException e) {
            throw new Failure(
                    "the kubeconfig " + kubeconfig + " can't be read: " + e.getMessage(),
                    "name another one with --kubeconfig");
        }
    }

    /** Where objects are looked for. */
    String namespace(KubernetesClient client) {
        if (namespace != null) {
            return namespace;
        }
        String ofContext = client.getConfiguration().getNamespace();
        return ofContext == null || ofContext.isEmpty() ? "default" : ofContext;
    }
}
