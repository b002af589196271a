package io.weir.cli.stat;

import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.report.EdgeReport;
import io.weir.telemetry.report.EdgeReport.Flow;
import io.weir.telemetry.report.EdgeReport.Sidecar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Golden metrics of objects: of what they received, as their own sidecars saw it, or with {@code to} of what they sent there, as
 * seen by theirs.
 *
 * @param kind any but TrafficSplit
 * @param seconds in which it all happened
 * @param rows sorted
 */
public record Stat(ResourceKind kind, double seconds, List<Row> rows) {

    public Stat {
        rows = List.copyOf(rows);
    }

    /**
     * An object.
     *
     * @param pods that it has now
     * @param meshed those with a sidecar
     */
    public record Row(Resource resource, long pods, long meshed, Golden golden) {}

    /**
     * Of whom, and what of it.
     *
     * @param namespace null: all
     * @param from only what came from there; null: from anywhere
     * @param to only what was sent there; null: what was received
     */
    public record Question(
            Target of,
            @Nullable String namespace,
            @Nullable Target from,
            @Nullable Target to) {}

    public static Stat of(EdgeReport report, Question question) {
        ResourceKind kind = question.of().kind();
        Membership membership = Membership.of(report);
        Map<Resource, Golden> golden = new TreeMap<>();
        Membership.all(kind, report).forEach(resource -> golden.put(resource, Golden.NONE));
        for (Flow flow : report.edges()) {
            if (counts(flow, question, membership)) {
                membership
                        .of(kind, flow.self())
                        .forEach(resource -> golden.merge(resource, Golden.of(flow), Golden::plus));
            }
        }
        List<Row> rows = new ArrayList<>();
        golden.forEach((resource, sum) -> {
            if (meant(resource, question)) {
                rows.add(row(resource, sum, report, membership));
            }
        });
        return new Stat(kind, report.seconds(), rows);
    }

    /** Names in the namespace that is asked for, or in all of them. */
    public static List<String> names(EdgeReport report, ResourceKind kind, @Nullable String namespace) {
        return Membership.all(kind, report).stream()
                .filter(resource -> meant(resource, new Question(new Target(kind, null), namespace, null, null)))
                .map(Resource::name)
                .distinct()
                .toList();
    }

    private static boolean meant(Resource resource, Question question) {
        String name = question.of().name();
        String namespace = question.namespace();
        return (name == null || name.equals(resource.name()))
                && (namespace == null || !resource.kind().namespaced() || namespace.equals(resource.namespace()));
    }

    private static boolean counts(Flow flow, Question question, Membership membership) {
        Target to = question.to();
        if (to != null) {
            return flow.reporter() == Reporter.SOURCE && calls(flow, to, membership);
        }
        Target from = question.from();
        return flow.reporter() == Reporter.DESTINATION && (from == null || membership.has(from, flow.source()));
    }

    /** A Service is called by its name: whoever is behind it, or nobody. */
    private static boolean calls(Flow flow, Target to, Membership membership) {
        if (to.kind() != ResourceKind.SERVICE) {
            return membership.has(to, flow.destination());
        }
        return named(flow.service(), to) || named(flow.backend(), to);
    }

    private static boolean named(@Nullable String service, Target to) {
        return service != null
                && (to.name() == null || Membership.service(service).name().equals(to.name()));
    }

    private static Row row(Resource resource, Golden golden, EdgeReport report, Membership membership) {
        List<Sidecar> sidecars = report.pods().stream()
                .filter(pod -> membership.of(resource.kind(), pod.self()).contains(resource))
                .map(EdgeReport.Pod::sidecar)
                .toList();
        return new Row(
                resource,
                sidecars.size(),
                sidecars.stream().filter(sidecar -> sidecar != Sidecar.NONE).count(),
                golden);
    }

    /** For {@code -o json}. */
    public List<Map<String, Object>> tree() {
        List<Map<String, Object>> trees = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("kind", row.resource().kind().kind());
            if (kind.namespaced()) {
                tree.put("namespace", row.resource().namespace());
            }
            tree.put("name", row.resource().name());
            tree.put("pods", row.pods());
            tree.put("meshed", row.meshed());
            tree.putAll(row.golden().tree(seconds));
            trees.add(tree);
        }
        return trees;
    }
}
