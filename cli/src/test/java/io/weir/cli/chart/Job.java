package io.weir.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.CommandLineRun;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The Job of one of Helm's events, with its account and what that may do. No kubelet runs it here, so its command line
 * is run in this JVM, with that account.
 *
 * @param objects in the order in which Helm makes them
 */
record Job(String event, List<JsonNode> objects) {

    private static final YAMLMapper YAML = new YAMLMapper();

    /** In the place of the environment's KUBECONFIG, which a JVM can't set. */
    private static final String KUBECONFIG = "kubeconfig";

    static Job of(String event) {
        return new Job(
                event,
                Helm.objects(Helm.template("--kube-version=1.37.0").expected()).stream()
                        .filter(object -> List.of(object.at("/metadata/annotations/helm.sh~1hook")
                                        .asString("")
                                        .split(","))
                                .contains(event))
                        .toList());
    }

    private JsonNode job() {
        return objects.stream()
                .filter(object -> object.path("kind").asString("").equals("Job"))
                .findFirst()
                .orElseThrow();
    }

    /** Runs it, and takes it away as Helm does once it succeeded; it must have. */
    void succeed(KubeApiServer kube, Path folder) throws IOException {
        CommandLineRun run = run(kube, folder);
        assertThat(run.exit()).as("%s: %s%s", event, run.out(), run.err()).isZero();
    }

    /** Runs it, and takes it away as Helm does. */
    CommandLineRun run(KubeApiServer kube, Path folder) throws IOException {
        String manifests = Files.writeString(
                        folder.resolve(event + ".yaml"),
                        objects.stream().map(YAML::writeValueAsString).collect(Collectors.joining("\n")))
                .toString();
        kubectl(kube, "apply", "--server-side", "-f", manifests);
        JsonNode pod = job().at("/spec/template/spec");
        String[] arguments = Helm.elements(pod.at("/containers/0/args")).stream()
                .map(argument -> argument.asString(""))
                .toArray(String[]::new);
        System.setProperty(
                KUBECONFIG,
                kube.serviceAccount(
                                Helm.NAMESPACE, pod.path("serviceAccountName").asString(""))
                        .kubeconfig()
                        .toString());
        try {
            return CommandLineRun.of(arguments);
        } finally {
            System.clearProperty(KUBECONFIG);
            kubectl(kube, "delete", "-f", manifests);
        }
    }

    private static void kubectl(KubeApiServer kube, String... arguments) {
        List<String> command = new ArrayList<>(List.of(kube.kubectl().toString()));
        command.addAll(List.of(arguments));
        Helm.execute(Map.of("KUBECONFIG", kube.admin().kubeconfig().toString()), command)
                .expected();
    }
}
