package io.weir.cli.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Trees;
import io.weir.smi.SmiKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the status of SMI objects says: what is broken, refused by a proxy, or not enforced. */
final class SmiObjects implements Category {

    private static final int SHOWN = 5;

    @Override
    public String name() {
        return "smi-objects";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        List<Check> checks = new ArrayList<>();
        for (SmiKind kind : SmiKind.values()) {
            List<Map<?, ?>> objects = list(client, kind);
            if (objects.isEmpty()) {
                continue;
            }
            checks.add(
                    check(kind, objects, "Accepted", "are valid", "are broken, and the last good ones are in force"));
            checks.add(check(kind, objects, "Programmed", "are in force at all proxies", "are not"));
            if (kind == SmiKind.TRAFFIC_TARGET) {
                checks.add(check(kind, objects, "Enforced", "are enforced", "are not, or not at all pods"));
            }
        }
        return checks;
    }

    /** None where the kind is not served, too. */
    private static List<Map<?, ?>> list(KubernetesClient client, SmiKind kind) {
        String text = client.raw("/apis/" + kind.hubApiVersion() + "/" + kind.plural());
        return text != null && Trees.object(text).get("items") instanceof List<?> items
                ? items.stream().<Map<?, ?>>map(item -> (Map<?, ?>) item).toList()
                : List.of();
    }

    private static Check check(SmiKind kind, List<Map<?, ?>> objects, String condition, String good, String bad) {
        List<String> names = objects.stream()
                .filter(object -> isFalse(object, condition))
                .map(object -> (Map<?, ?>) object.get("metadata"))
                .map(metadata -> metadata.get("namespace") + "/" + metadata.get("name"))
                .sorted()
                .toList();
        String description = kind.kind() + "s " + good;
        if (names.isEmpty()) {
            return Check.good(description);
        }
        String first = names.getFirst();
        return Check.warning(
                description,
                names.size() + " of " + objects.size() + " " + bad + " (" + condition + "=False): "
                        + names.stream().limit(SHOWN).collect(Collectors.joining(", "))
                        + (names.size() > SHOWN ? ", ..." : ""),
                "kubectl -n " + first.substring(0, first.indexOf('/')) + " describe "
                        + kind.plural().toLowerCase(Locale.ROOT) + "." + kind.group() + " "
                        + first.substring(first.indexOf('/') + 1) + " says why");
    }

    private static boolean isFalse(Map<?, ?> object, String type) {
        return object.get("status") instanceof Map<?, ?> status
                && status.get("conditions") instanceof List<?> conditions
                && conditions.stream()
                        .anyMatch(one -> one instanceof Map<?, ?> condition
                                && type.equals(condition.get("type"))
                                && "False".equals(condition.get("status")));
    }
}
