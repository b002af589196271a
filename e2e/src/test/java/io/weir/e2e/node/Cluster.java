package io.weir.e2e.node;

import io.weir.e2e.node.Program.Outcome;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The cluster that {@code KUBECONFIG} names, as kubectl shows it. */
final class Cluster {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Cluster() {}

    static String kubectl(String... arguments) {
        return Program.output(Program.words("kubectl", arguments), "");
    }

    static Outcome tryKubectl(String... arguments) {
        return Program.run(Program.words("kubectl", arguments), "");
    }

    /** {@code kubectl apply -f -}; its objects say their namespaces. */
    static void apply(String manifests) {
        Program.output(List.of("kubectl", "apply", "-f", "-"), manifests);
    }

    static Outcome tryApply(String manifests) {
        return Program.run(List.of("kubectl", "apply", "-f", "-"), manifests);
    }

    /** {@code kubectl get -o json}. */
    static JsonNode get(String... what) {
        List<String> command = Program.words("kubectl", "get", "-o", "json");
        command.addAll(List.of(what));
        return JSON.readTree(Program.output(command, ""));
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }
}
