package io.weir.cli.bugreport;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.output.Trees;
import io.weir.injector.crd.Definition;
import io.weir.smi.SmiKind;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is asked of the API server. */
public final class ClusterParts {

    private static final int LOG_LINES = 5_000;
    private static final String ADMISSION = "/apis/admissionregistration.k8s.io/v1/";

    /** Of Weir's namespace: never Secrets, and no ConfigMaps, which may hold anything. */
    private static final Map<String, String> SYSTEM = Map.of(
            "pods", "/api/v1",
            "services", "/api/v1",
            "events", "/api/v1",
            "serviceaccounts", "/api/v1",
            "deployments", "/apis/apps/v1",
            "replicasets", "/apis/apps/v1",
            "jobs", "/apis/batch/v1",
            "endpointslices", "/apis/discovery.k8s.io/v1",
            "leases", "/apis/coordination.k8s.io/v1");

    private final KubernetesClient client;
    private final Bundle bundle;

    public ClusterParts(KubernetesClient client, Bundle bundle) {
        this.client = client;
        this.bundle = bundle;
    }

    /**
     * What is so everywhere.
     *
     * @throws IOException if the file can't be written
     */
    public void cluster() throws IOException {
        object("kubernetes-version.json", "/version");
        object("namespaces.json", "/api/v1/namespaces");
        object("webhooks/mutating.json", ADMISSION + "mutatingwebhookconfigurations");
        object("webhooks/validating.json", ADMISSION + "validatingwebhookconfigurations");
        for (String version : List.of("v1alpha1", "v1alpha2")) {
            object(
                    "metrics-api/" + version + ".json",
                    "/apis/apiregistration.k8s.io/v1/apiservices/" + version + ".metrics.smi-spec.io");
        }
        for (SmiKind kind : SmiKind.values()) {
            object(
                    "smi/definitions/" + kind.plural() + ".json",
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + Definition.name(kind));
            object("smi/" + kind.plural() + ".json", "/apis/" + kind.hubApiVersion() + "/" + kind.plural());
        }
    }

    /**
     * Weir's own namespace.
     *
     * @throws IOException if the file can't be written
     */
    public void system(String namespace) throws IOException {
        for (Map.Entry<String, String> resource : SYSTEM.entrySet()) {
            object(
                    "weir/" + resource.getKey() + ".json",
                    resource.getValue() + "/namespaces/" + namespace + "/" + resource.getKey());
        }
        List<Pod> pods;
        try {
            pods = client.pods().inNamespace(namespace).list().getItems();
        } catch (KubernetesClientException e) {
            bundle.leaveOut("weir/logs", String.valueOf(e.getMessage()));
            return;
        }
        for (Pod pod : pods) {
            for (Container container : containers(pod)) {
                logs("weir/logs/", pod, container.getName());
            }
        }
    }

    /**
     * A pod of the mesh, and what its sidecar said; the app's log is the app's own.
     *
     * @throws IOException if the file can't be written
     */
    public void pod(String namespace, String name) throws IOException {
        String folder = "pods/" + namespace + "/";
        object(folder + name + ".json", "/api/v1/namespaces/" + namespace + "/pods/" + name);
        object(
                folder + name + "-events.json",
                "/api/v1/namespaces/" + namespace + "/events?fieldSelector=involvedObject.name%3D" + name);
        Pod pod;
        try {
            pod = client.pods().inNamespace(namespace).withName(name).get();
        } catch (KubernetesClientException e) {
            bundle.leaveOut(folder + name + " logs", String.valueOf(e.getMessage()));
            return;
        }
        if (pod != null) {
            for (Container container : containers(pod)) {
                if (container.getName().equals(Sidecar.PROXY_CONTAINER)
                        || container.getName().equals(Sidecar.INIT_CONTAINER)) {
                    logs(folder, pod, container.getName());
                }
            }
        }
    }

    private static List<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .toList();
    }

    private void logs(String folder, Pod pod, String container) throws IOException {
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        bundle.add(
                folder + name + "_" + container + ".log",
                () -> Redaction.text(client.pods()
                        .inNamespace(namespace)
                        .withName(name)
                        .inContainer(container)
                        .tailingLines(LOG_LINES)
                        .getLog()));
        boolean restarted = pod.getStatus() != null
                && Stream.concat(
                                pod.getStatus().getInitContainerStatuses().stream(),
                                pod.getStatus().getContainerStatuses().stream())
                        .anyMatch(status -> status.getName().equals(container) && status.getRestartCount() > 0);
        if (restarted) {
            bundle.add(
                    folder + name + "_" + container + ".previous.log",
                    () -> Redaction.text(client.pods()
                            .inNamespace(namespace)
                            .withName(name)
                            .inContainer(container)
                            .terminated()
                            .tailingLines(LOG_LINES)
                            .getLog()));
        }
    }

    private void object(String name, String path) throws IOException {
        bundle.add(name, () -> {
            String text = client.raw(path);
            if (text == null) {
                bundle.leaveOut(name, "there is none");
                return null;
            }
            return json(text);
        });
    }

    /** A JSON object without secrets. */
    public static @Nullable String json(String text) {
        Object clean = Redaction.tree(Trees.object(text));
        return clean == null ? null : Trees.json(clean);
    }
}
