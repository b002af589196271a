package io.weir.cli.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.injector.crd.CustomResourceDefinitions;
import io.weir.injector.crd.Definition;
import io.weir.smi.SmiKind;
import java.util.ArrayList;
import java.util.List;

/** The definitions of SMI's kinds: versions, storage, conversion, and what is still stored in older versions. */
final class SmiDefinitions implements Category {

    private static final String APPLY = "run: weir crds apply";

    @Override
    public String name() {
        return "smi-crds";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        CustomResourceDefinitions definitions = new CustomResourceDefinitions(client);
        List<Check> checks = new ArrayList<>();
        for (SmiKind kind : SmiKind.values()) {
            String name = Definition.name(kind);
            Definition definition = definitions.find(kind);
            if (definition == null || !definition.established()) {
                checks.add(Check.error(
                        name + " is installed", definition == null ? "it does not exist" : "it is not served", APPLY));
            } else {
                checks.addAll(
                        List.of(versions(name, definition), conversion(name, definition), leftovers(name, definition)));
            }
        }
        return checks;
    }

    private static Check versions(String name, Definition definition) {
        SmiKind kind = definition.kind();
        String description = name + " serves all versions and stores " + kind.hubVersion();
        List<String> missing = kind.versions().stream()
                .filter(version -> !definition.served().contains(version))
                .toList();
        if (!definition.storage().equals(kind.hubVersion())) {
            return Check.error(description, "it stores " + definition.storage(), APPLY);
        }
        return missing.isEmpty()
                ? Check.good(description)
                : Check.error(description, "it does not serve " + String.join(", ", missing), APPLY);
    }

    private static Check conversion(String name, Definition definition) {
        String description = name + " is converted between its versions";
        if (definition.kind().versions().size() == 1) {
            return Check.good(name + " has one version");
        }
        if (!definition.strategy().equals("Webhook")) {
            return Check.error(description, "its conversion strategy is " + definition.strategy(), APPLY);
        }
        return definition.caBundle().isEmpty()
                ? Check.error(
                        description,
                        "the API server does not know yet whom to trust as " + definition.webhook(),
                        "the injector writes that when it runs; see the log of deployment/weir-injector")
                : Check.good(description);
    }

    private static Check leftovers(String name, Definition definition) {
        String description = name + " has nothing stored in an older version";
        return definition.leftovers().isEmpty()
                ? Check.good(description)
                : Check.warning(
                        description,
                        "objects may still be stored as " + String.join(", ", definition.leftovers()),
                        "run: weir crds rewrite");
    }
}
