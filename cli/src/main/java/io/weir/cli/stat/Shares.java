package io.weir.cli.stat;

import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.report.EdgeReport;
import io.weir.telemetry.report.EdgeReport.Flow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a TrafficSplit divides what is sent to its service, as those saw it who sent it: all of them, of every namespace.
 *
 * @param name {@code namespace/name}
 * @param seconds in which it all happened
 * @param rows declared backends in their order; then others that got something, as before a change
 * @param nobody what found no backend
 */
public record Shares(String name, String service, double seconds, List<Row> rows, Golden nobody) {

    public Shares {
        rows = List.copyOf(rows);
    }

    /**
     * A backend.
     *
     * @param weight as declared; null if it is not declared now
     * @param declared its share of the weights, 0..1; null as above, and where all weights are 0
     * @param observed its share of the requests, or of the TCP connections where there were no requests; null if there was neither
     */
    public record Row(
            String backend,
            @Nullable Integer weight,
            @Nullable Double declared,
            @Nullable Double observed,
            Golden golden) {}

    /**
     * Of each split that is meant.
     *
     * @param namespace of the splits; null: all
     * @param from only what came from there; null: from anywhere
     */
    public static List<Shares> of(
            EdgeReport report, @Nullable String namespace, @Nullable String name, @Nullable Target from) {
        Membership membership = Membership.of(report);
        return report.splits().stream()
                .filter(split -> namespace == null || split.namespace().equals(namespace))
                .filter(split -> name == null || split.name().equals(name))
                .map(split -> of(split, report, flow -> from == null || membership.has(from, flow.source())))
                .toList();
    }

    private static Shares of(EdgeReport.Split split, EdgeReport report, Predicate<Flow> chosen) {
        String label = split.namespace() + "/" + split.name();
        Map<String, Golden> golden = new TreeMap<>();
        Golden nobody = Golden.NONE;
        for (Flow flow : report.edges()) {
            if (flow.reporter() == Reporter.SOURCE && label.equals(flow.split()) && chosen.test(flow)) {
                if (flow.backend() == null) {
                    nobody = nobody.plus(Golden.of(flow));
                } else {
                    golden.merge(shown(flow.backend(), split), Golden.of(flow), Golden::plus);
                }
            }
        }
        long requests = golden.values().stream().mapToLong(Golden::requests).sum();
        long connections =
                golden.values().stream().mapToLong(Golden::connections).sum();
        long weights =
                split.backends().stream().mapToLong(EdgeReport.Backend::weight).sum();
        Map<String, Integer> declared = new LinkedHashMap<>();
        split.backends().forEach(backend -> declared.put(backend.service(), backend.weight()));
        List<Row> rows = new ArrayList<>();
        declared.forEach((backend, weight) -> rows.add(new Row(
                backend,
                weight,
                weights == 0 ? null : (double) weight / weights,
                observed(golden.getOrDefault(backend, Golden.NONE), requests, connections),
                golden.getOrDefault(backend, Golden.NONE))));
        golden.forEach((backend, sum) -> {
            if (!declared.containsKey(backend) && sum.requests() + sum.connections() > 0) {
                rows.add(new Row(backend, null, null, observed(sum, requests, connections), sum));
            }
        });
        return new Shares(label, split.service(), report.seconds(), rows, nobody);
    }

    /** Without the namespace, which is the split's own. */
    private static String shown(String backend, EdgeReport.Split split) {
        String own = split.namespace() + "/";
        return backend.startsWith(own) ? backend.substring(own.length()) : backend;
    }

    private static @Nullable Double observed(Golden golden, long requests, long connections) {
        if (requests > 0) {
            return (double) golden.requests() / requests;
        }
        return connections > 0 ? (double) golden.connections() / connections : null;
    }

    /** For {@code -o json}. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("trafficSplit", name);
        tree.put("service", service);
        List<Map<String, Object>> backends = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> backend = new LinkedHashMap<>();
            backend.put("service", row.backend());
            backend.put("weight", row.weight());
            backend.put("declaredShare", row.declared());
            backend.put("observedShare", row.observed());
            backend.putAll(row.golden().tree(seconds));
            backends.add(backend);
        }
        tree.put("backends", backends);
        tree.put("withoutBackend", nobody.tree(seconds));
        return tree;
    }
}
