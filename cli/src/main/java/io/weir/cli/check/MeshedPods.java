package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Pods of namespaces in the mesh that have no sidecar, though nothing on them says why. */
final class MeshedPods implements Category {

    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
    private static final int SHOWN = 5;

    @Override
    public String name() {
        return "weir-pods";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        List<Check> checks = new ArrayList<>();
        for (Namespace namespace :
                client.namespaces().withLabel(Keys.INJECT, Keys.ENABLED).list().getItems()) {
            String name = namespace.getMetadata().getName();
            List<String> without = client.pods().inNamespace(name).list().getItems().stream()
                    .filter(MeshedPods::lacksSidecar)
                    .map(pod -> pod.getMetadata().getName())
                    .sorted()
                    .toList();
            String description = "pods of namespace " + name + " have sidecars";
            checks.add(
                    without.isEmpty()
                            ? Check.good(description)
                            : Check.warning(
                                    description,
                                    without.size() + " have none: "
                                            + without.stream().limit(SHOWN).collect(Collectors.joining(", "))
                                            + (without.size() > SHOWN ? ", ..." : ""),
                                    "they are older than the namespace's label: kubectl -n " + name
                                            + " rollout restart deployment"));
        }
        return checks;
    }

    /** A pod that was asked about and got none says so itself. */
    private static boolean lacksSidecar(Pod pod) {
        boolean ended = pod.getMetadata().getDeletionTimestamp() != null
                || (pod.getStatus() != null
                        && ENDED.contains(String.valueOf(pod.getStatus().getPhase())));
        Map<String, String> annotations =
                Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of());
        return !ended
                && !annotations.containsKey(Keys.INJECT_SKIPPED)
                && !annotations.containsKey("kubernetes.io/config.mirror")
                && Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                        .map(Container::getName)
                        .noneMatch(Sidecar.PROXY_CONTAINER::equals);
    }
}
