package io.weir.cli;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.cluster.MeshStatus;
import io.weir.cli.cluster.Named;
import io.weir.cli.cluster.SidecarStatus;
import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sidecars of a cluster, as the replicas of its control plane see them.
 *
 * @param namespace null: of all namespaces
 * @param named null: all of them
 */
record ClusterStatus(
        KubernetesClient client,
        @Nullable String namespace,
        @Nullable Named named,
        Console console) {

    void print(MeshStatus status, Format format) {
        MeshStatus.Settings settings = settings(status);
        List<SidecarStatus> chosen = status.sidecars().values().stream()
                .filter(sidecar -> namespace == null || sidecar.namespace().equals(namespace))
                .filter(chosen())
                .toList();
        if (chosen.isEmpty() && named != null) {
            throw new Failure(
                    "the control plane knows no sidecar of " + named + where(),
                    "see that the pod runs and has a sidecar (kubectl get pods); -n names another namespace, -A all");
        }
        Map<String, String> nodes = nodes();
        ClusterStatusView view = new ClusterStatusView(console.style(), Instant.now());
        if (format != Format.TABLE) {
            console.tree(format, view.tree(status, settings, chosen, nodes));
            return;
        }
        console.out().print(view.text(settings, status, chosen, nodes));
        if (chosen.isEmpty()) {
            ClusterMesh.aside(console, "no sidecar" + where() + (namespace == null ? "" : "; -A shows all namespaces"));
        }
        status.problems().forEach(problem -> ClusterMesh.aside(console, "a replica could not be asked: " + problem));
    }

    private static MeshStatus.Settings settings(MeshStatus status) {
        MeshStatus.Settings settings = status.settings();
        if (settings == null) {
            throw new Failure(
                    "the control plane could not be asked: " + String.join("; ", status.problems()),
                    "see that it runs and that you may forward ports to its pods; or name a forwarded port with"
                            + " --control-plane, or for a mesh on this machine its folder");
        }
        return settings;
    }

    private Predicate<SidecarStatus> chosen() {
        if (named == null) {
            return _ -> true;
        }
        String name = named.name();
        return switch (named.kind()) {
            case POD -> sidecar -> sidecar.pod().equals(name);
            case WORKLOAD -> sidecar -> sidecar.report().workload().equals(name);
            case ACCOUNT -> sidecar -> sidecar.report().serviceAccount().equals(sidecar.namespace() + "/" + name);
            case SERVICE -> {
                Set<String> behind = behind(name);
                yield sidecar -> behind.contains(sidecar.report().proxy());
            }
        };
    }

    private String where() {
        return namespace == null ? " in any namespace" : " in namespace " + namespace;
    }

    /** Pods that the EndpointSlices of a Service name. */
    private Set<String> behind(String service) {
        Map<String, String> label = Map.of("kubernetes.io/service-name", service);
        try {
            var slices = client.discovery().v1().endpointSlices();
            return (namespace == null
                            ? slices.inAnyNamespace().withLabels(label).list()
                            : slices.inNamespace(namespace).withLabels(label).list())
                    .getItems().stream()
                            .flatMap(slice -> slice.getEndpoints() == null
                                    ? Stream.empty()
                                    : slice.getEndpoints().stream()
                                            .filter(endpoint -> endpoint.getTargetRef() != null)
                                            .map(endpoint -> slice.getMetadata().getNamespace() + "/"
                                                    + endpoint.getTargetRef().getName()))
                            .collect(Collectors.toSet());
        } catch (KubernetesClientException e) {
            throw ClusterClient.failure(e);
        }
    }

    /** Where pods run, which the control plane does not know; none if the caller may not ask. */
    private Map<String, String> nodes() {
        Map<String, String> nodes = new TreeMap<>();
        try {
            Collection<Pod> pods = namespace == null
                    ? client.pods().inAnyNamespace().list().getItems()
                    : client.pods().inNamespace(namespace).list().getItems();
            for (Pod pod : pods) {
                if (pod.getSpec().getNodeName() != null) {
                    nodes.put(
                            pod.getMetadata().getNamespace() + "/"
                                    + pod.getMetadata().getName(),
                            pod.getSpec().getNodeName());
                }
            }
        } catch (KubernetesClientException e) {
            ClusterMesh.aside(
                    console, "nodes are not shown: " + ClusterClient.failure(e).getMessage());
        }
        return nodes;
    }
}
