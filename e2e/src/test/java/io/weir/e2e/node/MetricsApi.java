package io.weir.e2e.node;

import io.fabric8.kubernetes.api.model.Quantity;
import io.weir.e2e.node.Program.Outcome;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** SMI's metrics as {@code kubectl get --raw} shows them, of one namespace and one window. */
record MetricsApi(String namespace, String window) {

    static final String BASE = "/apis/metrics.smi-spec.io/v1alpha2";

    /** How many requests succeeded and how many failed. */
    record Count(long successes, long failures) {

        static final Count NONE = new Count(0, 0);

        Count plus(Count other) {
            return new Count(successes + other.successes, failures + other.failures);
        }
    }

    /** @param path below the namespace: {@code /deployments/web}; may be empty */
    String path(String path) {
        return BASE + "/namespaces/" + namespace + path + "?t=" + window;
    }

    /** @param options of kubectl, as {@code --as=somebody} */
    Outcome ask(String path, String... options) {
        List<String> command = Program.words("kubectl", options);
        command.addAll(List.of("get", "--raw", path(path)));
        return Program.run(command, "");
    }

    private JsonNode get(String path) {
        return Cluster.json(Cluster.kubectl("get", "--raw", path(path)));
    }

    /** Of one object. */
    Count count(String path) {
        return count(get(path));
    }

    /** Of each item of a list of objects, by name. */
    Map<String, Count> objects(String path) {
        Map<String, Count> counts = new TreeMap<>();
        for (JsonNode item : get(path).path("items")) {
            counts.put(item.at("/resource/name").asString(""), count(item));
        }
        return counts;
    }

    /** Of each edge, as {@code from Deployment NAMESPACE/NAME}. */
    Map<String, Count> edges(String path) {
        Map<String, Count> counts = new TreeMap<>();
        for (JsonNode item : get(path).path("items")) {
            JsonNode peer = item.at("/edge/resource");
            String namespace = peer.path("namespace").asString("");
            counts.put(
                    item.at("/edge/direction").asString("") + " "
                            + peer.path("kind").asString("") + " " + (namespace.isEmpty() ? "" : namespace + "/")
                            + peer.path("name").asString(""),
                    count(item));
        }
        return counts;
    }

    /** Of each backend of a split, as {@code NAME WEIGHT}. */
    Map<String, Count> backends(String path) {
        Map<String, Count> counts = new TreeMap<>();
        for (JsonNode item : get(path).path("items")) {
            JsonNode backend = item.path("backend");
            counts.put(
                    backend.path("name").asString("") + " "
                            + backend.path("weight").asInt(-1),
                    count(item));
        }
        return counts;
    }

    /** The 50th, 90th and 99th percentile of one object's latencies, in milliseconds. */
    List<Double> latencies(String path) {
        JsonNode metrics = get(path);
        return Stream.of("p50", "p90", "p99")
                .map(name -> value(metrics, name + "_response_latency").doubleValue())
                .toList();
    }

    private static Count count(JsonNode metrics) {
        return new Count(
                value(metrics, "success_count").longValueExact(),
                value(metrics, "failure_count").longValueExact());
    }

    private static BigDecimal value(JsonNode metrics, String name) {
        for (JsonNode metric : metrics.path("metrics")) {
            if (metric.path("name").asString("").equals(name)) {
                return new Quantity(metric.path("value").asString("")).getNumericalAmount();
            }
        }
        throw new IllegalStateException("no " + name + " in " + metrics);
    }
}
