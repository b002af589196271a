package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.node.Program.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A namespace of one test's own; closing it removes it with all that is in it. */
final class TestNamespace implements AutoCloseable {

    /** By which one that a run left, because it was killed, is found by the next. */
    static final String LABEL = "weir.io/e2e";

    private final String name;

    private TestNamespace(String name) {
        this.name = name;
    }

    /** One whose pods get sidecars. */
    static TestNamespace meshed(String prefix, String... annotations) {
        TestNamespace made = plain(prefix, annotations);
        Cluster.kubectl("label", "namespace", made.name, "weir.io/inject=enabled");
        return made;
    }

    /** @param annotations {@code key=value} */
    static TestNamespace plain(String prefix, String... annotations) {
        JsonNode made = Cluster.json(
                Program.output(List.of("kubectl", "create", "-o", "json", "-f", "-"), """
                apiVersion: v1
                kind: Namespace
                metadata: {generateName: %s-, labels: {%s: "true"}}
                """.formatted(prefix, LABEL)));
        String name = made.path("metadata").path("name").asString("");
        for (String annotation : annotations) {
            Cluster.kubectl("annotate", "namespace", name, annotation);
        }
        return new TestNamespace(name);
    }

    String name() {
        return name;
    }

    /** Objects without a namespace become its own. */
    void apply(String manifests) {
        Program.output(List.of("kubectl", "-n", name, "apply", "-f", "-"), manifests);
    }

    Outcome tryApply(String manifests) {
        return Program.run(List.of("kubectl", "-n", name, "apply", "-f", "-"), manifests);
    }

    String kubectl(String... arguments) {
        return Cluster.kubectl(within(arguments));
    }

    Outcome tryKubectl(String... arguments) {
        return Cluster.tryKubectl(within(arguments));
    }

    private String[] within(String... arguments) {
        List<String> words = new ArrayList<>(List.of("-n", name));
        words.addAll(List.of(arguments));
        return words.toArray(String[]::new);
    }

    JsonNode get(String... what) {
        List<String> words = new ArrayList<>(List.of(what));
        words.addAll(List.of("-n", name));
        return Cluster.get(words.toArray(String[]::new));
    }

    /** Returns once all pods of these are new and ready; {@code deploy/web}, {@code statefulset/db}. */
    void awaitRollout(String... workloads) {
        for (String workload : workloads) {
            Outcome outcome = tryKubectl("rollout", "status", workload, "--timeout=180s");
            if (!outcome.ok()) {
                throw new IllegalStateException(workload + " did not come up: " + outcome.output()
                        + kubectl("get", "pods") + kubectl("get", "events", "--sort-by=.lastTimestamp"));
            }
        }
    }

    /**
     * Returns once all proxies have what an object says now.
     *
     * @param kind {@code trafficsplits.split.smi-spec.io}
     */
    void awaitProgrammed(String kind, String name) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode object = get(kind, name);
            long generation = object.at("/metadata/generation").asLong(0);
            assertThat(object.at("/status/conditions"))
                    .as("%s %s of generation %d: %s", kind, name, generation, object)
                    .anyMatch(condition -> condition.path("type").asString("").equals("Programmed")
                            && condition.path("status").asString("").equals("True")
                            && condition.path("observedGeneration").asLong(0) == generation);
        });
    }

    /** A program in the container {@code app}. */
    Outcome exec(String workload, String... command) {
        List<String> words = new ArrayList<>(List.of("exec", workload, "-c", "app", "--"));
        words.addAll(List.of(command));
        return tryKubectl(words.toArray(String[]::new));
    }

    /** The HTTP status that curl sees from there; 000 where there is no answer. */
    String curl(String workload, String url, String... options) {
        List<String> words =
                new ArrayList<>(List.of("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-m", "10"));
        words.addAll(List.of(options));
        words.add(url);
        String said = exec(workload, words.toArray(String[]::new)).out().strip();
        // Where curl fails, kubectl says so after it.
        return said.replaceFirst("(?s)^([0-9]{3})command terminated.*", "$1");
    }

    /** The names of the pods with this label. */
    List<String> pods(String label) {
        return get("pods", "-l", label)
                .path("items")
                .valueStream()
                .map(pod -> pod.path("metadata").path("name").asString(""))
                .toList();
    }

    @Nullable
    String annotation(String pod, String key) {
        return get("pod", pod).path("metadata").path("annotations").path(key).asString(null);
    }

    @Override
    public void close() {
        Cluster.kubectl("delete", "namespace", name, "--wait=false");
    }
}
