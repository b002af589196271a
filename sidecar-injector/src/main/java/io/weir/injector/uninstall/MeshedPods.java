package io.weir.injector.uninstall;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks for pods that have sidecars. */
public final class MeshedPods {

    private static final long PAGE = 500;
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private record Owner(String namespace, String kind, String name) {}

    private final KubernetesClient client;

    public MeshedPods(KubernetesClient client) {
        this.client = client;
    }

    /**
     * All of the cluster that have not ended, by their owners, sorted.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the cluster can't be asked
     */
    public List<Meshed> find() {
        Map<Owner, List<String>> pods = new TreeMap<>(Comparator.comparing(Owner::namespace)
                .thenComparing(Owner::kind)
                .thenComparing(Owner::name));
        Map<Owner, Owner> owners = new HashMap<>();
        each(pod -> {
            Owner owner = owners.computeIfAbsent(owner(pod), this::above);
            pods.computeIfAbsent(owner, _ -> new ArrayList<>())
                    .add(pod.getMetadata().getName());
        });
        return pods.entrySet().stream()
                .map(entry -> new Meshed(
                        entry.getKey().namespace(),
                        entry.getKey().kind(),
                        entry.getKey().name(),
                        entry.getValue().stream().sorted().toList()))
                .toList();
    }

    /** Whether there are any. */
    public boolean exist() {
        AtomicBoolean found = new AtomicBoolean();
        each(_ -> found.set(true));
        return found.get();
    }

    private void each(Consumer<Pod> meshed) {
        String next = null;
        do {
            PodList page = client.pods()
                    .inAnyNamespace()
                    .list(new ListOptionsBuilder()
                            .withLimit(PAGE)
                            .withContinue(next)
                            .build());
            page.getItems().stream().filter(MeshedPods::hasSidecar).forEach(meshed);
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    /** What has to be typed so that pods of these namespaces get no sidecars any more, and then are made anew. */
    public List<String> commands(List<Meshed> meshed) {
        List<String> commands = new ArrayList<>();
        String last = "";
        for (Meshed one : meshed) {
            if (!one.namespace().equals(last)) {
                last = one.namespace();
                commands.addAll(unlabel(last));
            }
            commands.add(one.restart());
        }
        return commands;
    }

    private List<String> unlabel(String name) {
        Namespace namespace = client.namespaces().withName(name).get();
        if (namespace == null) {
            return List.of();
        }
        List<String> commands = new ArrayList<>();
        // First, because the label follows it.
        if (has(namespace.getMetadata().getAnnotations())) {
            commands.add("kubectl annotate namespace " + name + " " + Keys.INJECT + "-");
        }
        if (has(namespace.getMetadata().getLabels())) {
            commands.add("kubectl label namespace " + name + " " + Keys.INJECT + "-");
        }
        return commands;
    }

    private static boolean has(@Nullable Map<String, String> texts) {
        return texts != null && texts.containsKey(Keys.INJECT);
    }

    private static boolean hasSidecar(Pod pod) {
        boolean ended = pod.getStatus() != null
                && ENDED.contains(String.valueOf(pod.getStatus().getPhase()));
        return !ended
                && Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                        .map(Container::getName)
                        .anyMatch(Sidecar.PROXY_CONTAINER::equals);
    }

    private static Owner owner(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        OwnerReference reference = controller(object);
        return reference == null
                ? new Owner(namespace, object.getKind(), object.getMetadata().getName())
                : new Owner(namespace, reference.getKind(), reference.getName());
    }

    private static @Nullable OwnerReference controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .findFirst()
                .orElse(null);
    }

    /** A ReplicaSet is a Deployment's or a Rollout's, which people know. */
    private Owner above(Owner owner) {
        if (!owner.kind().equals("ReplicaSet")) {
            return owner;
        }
        ReplicaSet set = client.apps()
                .replicaSets()
                .inNamespace(owner.namespace())
                .withName(owner.name())
                .get();
        return set == null ? owner : owner(set);
    }
}
