package io.weir.cli.stat;

import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.report.EdgeReport;
import io.weir.telemetry.report.EdgeReport.End;
import io.weir.telemetry.report.EdgeReport.Flow;
import io.weir.telemetry.report.EdgeReport.Sidecar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who talks to whom. The source's sidecar tells where it can, since it also sees what never arrived; else the destination's. No
 * request is told twice.
 *
 * @param seconds in which it all happened
 * @param rows sorted
 */
public record Talks(double seconds, List<Row> rows) {

    public Talks {
        rows = List.copyOf(rows);
    }

    /** Whether a connection between both ends was mutual TLS. */
    public enum Secured {
        ALL,
        PART,
        NONE,
        /** Nothing got anywhere. */
        UNKNOWN
    }

    /**
     * One end.
     *
     * @param kind as in objects; {@code ServiceAccount} where only the proven identity is known, {@code Service} for whoever, or
     *     nobody, is behind it; empty for an end outside of the mesh
     * @param namespace empty for a kind that has none
     */
    public record Side(String namespace, String kind, String name) implements Comparable<Side> {

        static final Side OUTSIDE = new Side("", "", "");

        private static final Comparator<Side> ORDER =
                Comparator.comparing(Side::namespace).thenComparing(Side::name).thenComparing(Side::kind);

        @Override
        public int compareTo(Side other) {
            return ORDER.compare(this, other);
        }
    }

    /** Both ends, and what went between them. */
    public record Row(Side source, Side destination, Secured secured, Golden golden) {}

    private record Pair(Side source, Side destination) implements Comparable<Pair> {

        private static final Comparator<Pair> ORDER =
                Comparator.comparing(Pair::source).thenComparing(Pair::destination);

        @Override
        public int compareTo(Pair other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * Rows of a report.
     *
     * @param kind that both ends belong to; null: workloads, and whatever else an end is
     * @param namespace of either end; null: all
     */
    public static Talks of(EdgeReport report, @Nullable ResourceKind kind, @Nullable String namespace) {
        Membership membership = Membership.of(report);
        Set<String> tellers = tellers(report);
        Map<Pair, List<Flow>> flows = new TreeMap<>();
        for (Flow flow : report.edges()) {
            if (flow.requests() + flow.connections() == 0
                    || (flow.reporter() == Reporter.DESTINATION && told(flow.source(), tellers))
                    || !isIn(namespace, flow)) {
                continue;
            }
            for (Side source : sides(flow.source(), null, kind, membership)) {
                for (Side destination : sides(flow.destination(), flow, kind, membership)) {
                    flows.computeIfAbsent(new Pair(source, destination), _ -> new ArrayList<>())
                            .add(flow);
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        flows.forEach((pair, told) -> rows.add(new Row(
                pair.source(),
                pair.destination(),
                secured(told),
                told.stream().map(Golden::of).reduce(Golden.NONE, Golden::plus))));
        return new Talks(report.seconds(), rows);
    }

    /** Whether an end is in a namespace: of what reached nobody, where it was sent. */
    private static boolean isIn(@Nullable String namespace, Flow flow) {
        String service = flow.service();
        return namespace == null
                || flow.source().namespace().equals(namespace)
                || flow.destination().namespace().equals(namespace)
                || (flow.destination().namespace().isEmpty()
                        && service != null
                        && Membership.service(service).namespace().equals(namespace));
    }

    /** Pods and accounts whose sidecars tell of what they send. */
    private static Set<String> tellers(EdgeReport report) {
        return Stream.concat(
                        report.pods().stream()
                                .filter(pod -> pod.sidecar() == Sidecar.COUNTS)
                                .map(EdgeReport.Pod::self),
                        report.edges().stream()
                                .filter(flow -> flow.reporter() == Reporter.SOURCE)
                                .map(Flow::source))
                .flatMap(end -> Stream.of(Membership.key(end), account(end)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean told(End source, Set<String> tellers) {
        // The destination may know no more of the source than the account that it proved.
        return tellers.contains(source.pod().isEmpty() ? account(source) : Membership.key(source));
    }

    private static String account(End end) {
        return "account " + end.namespace() + "/" + end.serviceAccount();
    }

    private static Secured secured(List<Flow> flows) {
        // What never got an answer tells nothing of how it would have come.
        List<Flow> answered = flows.stream()
                .filter(flow -> flow.successes() + flow.receivedBytes() > 0)
                .toList();
        if (answered.isEmpty()
                && flows.stream().allMatch(flow -> flow.destination().workload().isEmpty())) {
            return Secured.UNKNOWN;
        }
        List<Flow> judged = answered.isEmpty() ? flows : answered;
        long mtls = judged.stream().filter(Flow::mtls).count();
        return mtls == judged.size() ? Secured.ALL : mtls == 0 ? Secured.NONE : Secured.PART;
    }

    /** @param called the edge of a destination; null for a source */
    private static List<Side> sides(
            End end, @Nullable Flow called, @Nullable ResourceKind kind, Membership membership) {
        if (kind != null) {
            return membership.of(kind, end).stream()
                    .map(resource -> new Side(resource.namespace(), kind.kind(), resource.name()))
                    .toList();
        }
        String service = called == null ? null : called.service();
        if (!end.workload().isEmpty()) {
            return List.of(new Side(end.namespace(), end.kind(), end.workload()));
        }
        if (service != null) {
            Resource root = Membership.service(service);
            return List.of(new Side(root.namespace(), "Service", root.name()));
        }
        return List.of(
                end.serviceAccount().isEmpty()
                        ? Side.OUTSIDE
                        : new Side(end.namespace(), "ServiceAccount", end.serviceAccount()));
    }

    /** For {@code -o json}. */
    public List<Map<String, Object>> tree() {
        List<Map<String, Object>> trees = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("source", tree(row.source()));
            tree.put("destination", tree(row.destination()));
            tree.put("secured", row.secured().name().toLowerCase(Locale.ROOT));
            tree.putAll(row.golden().tree(seconds));
            trees.add(tree);
        }
        return trees;
    }

    private static @Nullable Map<String, Object> tree(Side side) {
        if (side.equals(Side.OUTSIDE)) {
            return null;
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        if (!side.namespace().isEmpty()) {
            tree.put("namespace", side.namespace());
        }
        tree.put("kind", side.kind());
        tree.put("name", side.name());
        return tree;
    }
}
