package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.injector.crd.CustomResourceDefinitions;
import io.weir.injector.crd.Definition;
import io.weir.smi.SmiKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What becomes of the definitions of SMI's kinds that are there, before anything does. */
final class AdoptedDefinitions implements Category {

    @Override
    public String name() {
        return "smi-crds";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        CustomResourceDefinitions definitions = new CustomResourceDefinitions(client);
        List<Check> checks = new ArrayList<>();
        for (SmiKind kind : SmiKind.values()) {
            Definition definition = definitions.find(kind);
            checks.add(
                    definition == null
                            ? Check.good(Definition.name(kind) + " will be created")
                            : plan(definition, owner(client, Definition.name(kind))));
        }
        return checks;
    }

    private static Check plan(Definition definition, String owner) {
        SmiKind kind = definition.kind();
        String name = Definition.name(kind);
        List<String> unreadable = definition.stored().stream()
                .filter(version -> !kind.versions().contains(version))
                .toList();
        if (!unreadable.isEmpty()) {
            return Check.error(
                    name + " can be taken over from " + owner,
                    "objects may be stored as " + String.join(", ", unreadable) + ", which was never released",
                    "write those objects in a released version first");
        }
        List<String> steps = new ArrayList<>();
        List<String> added = kind.versions().stream()
                .filter(version -> !definition.served().contains(version))
                .toList();
        if (!added.isEmpty()) {
            steps.add("serves also " + String.join(", ", added));
        }
        if (!definition.leftovers().isEmpty()) {
            steps.add("objects stored as " + String.join(", ", definition.leftovers()) + " are written again as "
                    + kind.hubVersion());
        }
        return Check.good(name + " of " + owner
                + (steps.isEmpty() ? " stays as it is" : " will be taken over: " + String.join("; ", steps)));
    }

    /** Whoever says so on it: its Helm release, else who wrote it. */
    private static String owner(KubernetesClient client, String name) {
        ObjectMeta metadata = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name)
                .get()
                .getMetadata();
        Map<String, String> annotations = Objects.requireNonNullElse(metadata.getAnnotations(), Map.of());
        String release = annotations.get("meta.helm.sh/release-name");
        if (release != null) {
            return "Helm release " + annotations.getOrDefault("meta.helm.sh/release-namespace", "") + "/" + release;
        }
        return metadata.getManagedFields().stream()
                .filter(entry ->
                        entry.getSubresource() == null || entry.getSubresource().isEmpty())
                .map(ManagedFieldsEntry::getManager)
                .distinct()
                .findFirst()
                .map(manager -> "field manager " + manager)
                .orElse("somebody");
    }
}
