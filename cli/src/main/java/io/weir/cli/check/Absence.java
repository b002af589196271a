package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.smi.wellknown.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Whether there is room for Weir, or it is there already. */
final class Absence implements Category {

    private final String systemNamespace;

    Absence(String systemNamespace) {
        this.systemNamespace = systemNamespace;
    }

    @Override
    public String name() {
        return "weir";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        List<Check> checks = new ArrayList<>();
        checks.add(programs(client));
        Namespace namespace = client.namespaces().withName(systemNamespace).get();
        if (namespace != null) {
            checks.add(label(namespace));
        }
        return checks;
    }

    private Check programs(KubernetesClient client) {
        List<Deployment> there = client.apps()
                .deployments()
                .inAnyNamespace()
                .withField("metadata.name", Programs.CONTROL_PLANE)
                .list()
                .getItems();
        String description = "Weir is not installed yet";
        return there.stream()
                .findFirst()
                .map(deployment -> {
                    String where = deployment.getMetadata().getNamespace();
                    return where.equals(systemNamespace)
                            ? Check.warning(
                                    description,
                                    "it is, in " + where,
                                    "weir install upgrades it; weir check says how it stands")
                            : Check.error(
                                    description,
                                    "it is, in " + where + ": two in one cluster would fight for the same webhooks",
                                    "weir install -n " + where + ", or uninstall it there");
                })
                .orElse(Check.good(description));
    }

    private Check label(Namespace namespace) {
        Map<String, String> labels =
                Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of());
        String level = labels.getOrDefault("pod-security.kubernetes.io/enforce", "privileged");
        return Keys.ENABLED.equals(labels.get(Keys.INJECT))
                ? Check.warning(
                        "namespace " + systemNamespace + " wants no sidecars",
                        "it is labelled " + Keys.INJECT + "=" + Keys.ENABLED,
                        "Weir's own pods never get any: kubectl label namespace " + systemNamespace + " " + Keys.INJECT
                                + "-")
                : Check.good("namespace " + systemNamespace + " allows Weir's pods, which are restricted (its level is "
                        + level + ")");
    }
}
