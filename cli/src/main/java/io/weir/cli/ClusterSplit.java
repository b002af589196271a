package io.weir.cli;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.weir.cli.manifest.SplitEdit.Change;
import io.weir.cli.output.Console;
import io.weir.cli.output.Trees;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.directory.ManifestFiles;
import io.weir.smi.SmiKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A TrafficSplit of a cluster, whose weights are set by a patch of nothing else. It is read and written in the version
 * that Weir stores; the API server converts what was written in another one.
 */
final class ClusterSplit {

    private static final SmiKind KIND = SmiKind.TRAFFIC_SPLIT;

    private final Console console;
    private final Resource<GenericKubernetesResource> resource;
    private final String label;

    ClusterSplit(KubernetesClient client, String namespace, String name, Console console) {
        this.console = console;
        this.label = namespace + "/" + name;
        this.resource = client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup(KIND.group())
                        .withVersion(KIND.hubVersion())
                        .withKind(KIND.kind())
                        .withPlural(KIND.plural())
                        .withNamespaced(true)
                        .build())
                .inNamespace(namespace)
                .withName(name);
    }

    /**
     * Sets weights of backends; those of the others stay.
     *
     * @throws Failure if there is no such split or backend, if it would be an error, or if the API server refuses it
     */
    List<Change> set(Map<String, Long> wanted) {
        GenericKubernetesResource split = read();
        List<Map<String, Object>> backends = StatusCommand.rows(split.get("spec", "backends"));
        List<Change> changes = new ArrayList<>();
        List<Map<String, Object>> patch = new ArrayList<>();
        // Whoever changed it meanwhile, as a controller of canaries does, must not be overwritten.
        patch.add(step("test", "/spec/backends", copies(backends)));
        wanted.forEach((service, weight) -> {
            int index = index(backends, service);
            Map<String, Object> backend = backends.get(index);
            Object before = backend.put("weight", weight);
            changes.add(new Change(service, before == null ? "" : before.toString(), weight));
            patch.add(step("add", "/spec/backends/" + index + "/weight", weight));
        });
        check(split);
        write(patch);
        return changes;
    }

    private GenericKubernetesResource read() {
        GenericKubernetesResource split;
        try {
            split = resource.get();
        } catch (KubernetesClientException e) {
            throw ClusterClient.failure(e);
        }
        if (split == null) {
            throw new Failure(
                    "there is no TrafficSplit " + label + " in the cluster, or it does not serve "
                            + KIND.hubApiVersion(),
                    "see kubectl get " + KIND.plural() + "." + KIND.group()
                            + " -A; -n names the namespace; weir check says how the kinds stand");
        }
        return split;
    }

    private int index(List<Map<String, Object>> backends, String service) {
        for (int i = 0; i < backends.size(); i++) {
            if (service.equals(backends.get(i).get("service"))) {
                return i;
            }
        }
        throw new Failure(
                service + " is no backend of TrafficSplit " + label,
                "its backends are: "
                        + backends.stream()
                                .map(backend -> String.valueOf(backend.get("service")))
                                .collect(Collectors.joining(", ")));
    }

    /** The webhook would refuse it too, where it runs. */
    private void check(GenericKubernetesResource changed) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("namespace", changed.getMetadata().getNamespace());
        metadata.put("name", changed.getMetadata().getName());
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("apiVersion", changed.getApiVersion());
        object.put("kind", changed.getKind());
        object.put("metadata", metadata);
        object.put("spec", changed.get("spec"));
        TreeMap<String, String> text = new TreeMap<>(Map.of("TrafficSplit " + label, Trees.json(object)));
        // Alone it refers to nothing: what the object itself says is judged here, before anything is built of it.
        List<Diagnostic> errors = Offline.of(ManifestFiles.parse(text), MeshSettings.defaults()).diagnostics().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            throw new Failure(
                    "nothing is changed, because this would be wrong: "
                            + Findings.line(errors.getFirst(), console.style()),
                    "choose other weights");
        }
    }

    private void write(List<Map<String, Object>> patch) {
        try {
            resource.patch(
                    new PatchContext.Builder()
                            .withPatchType(PatchType.JSON)
                            .withFieldManager("weir")
                            .build(),
                    Trees.json(patch));
        } catch (KubernetesClientException e) {
            String words = e.getStatus() == null
                    ? String.valueOf(e.getMessage())
                    : e.getStatus().getMessage();
            throw new Failure(
                    "nothing is changed: " + words,
                    words.contains("test")
                            ? "somebody else changed it at the same moment; run it again"
                            : "see that you may patch " + KIND.plural() + "." + KIND.group() + " there");
        }
    }

    private static List<Map<String, Object>> copies(List<Map<String, Object>> backends) {
        return backends.stream()
                .<Map<String, Object>>map(backend -> new LinkedHashMap<>(backend))
                .toList();
    }

    private static Map<String, Object> step(String operation, String path, Object value) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("op", operation);
        step.put("path", path);
        step.put("value", value);
        return step;
    }
}
