package io.weir.cli.stat;

import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.report.EdgeReport;
import io.weir.telemetry.report.EdgeReport.End;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which objects the end of an edge belongs to.
 *
 * @param services that lead to a pod, {@code namespace/name} both
 * @param ofWorkload those that lead to any pod of a workload: a pod that has gone counts for them, as in the SMI metrics API
 */
record Membership(Map<String, List<String>> services, Map<String, Set<String>> ofWorkload) {

    static Membership of(EdgeReport report) {
        Map<String, List<String>> services = new TreeMap<>();
        Map<String, Set<String>> ofWorkload = new TreeMap<>();
        report.pods().forEach(pod -> {
            services.put(key(pod.self()), pod.services());
            ofWorkload
                    .computeIfAbsent(workload(pod.self()), _ -> new TreeSet<>())
                    .addAll(pod.services());
        });
        return new Membership(services, ofWorkload);
    }

    private static String workload(End end) {
        return end.namespace() + "/" + end.kind() + "/" + end.workload();
    }

    private Collection<String> leading(End end) {
        List<String> known = services.get(key(end));
        return known == null ? ofWorkload.getOrDefault(workload(end), Set.of()) : known;
    }

    static String key(End end) {
        return end.namespace() + "/" + end.pod();
    }

    /** Of one kind; none where it belongs to none, or where that is not known. */
    Set<Resource> of(ResourceKind kind, End end) {
        return switch (kind) {
            case NAMESPACE -> one(kind, "", end.namespace());
            case NODE -> one(kind, "", end.node());
            case POD -> services.containsKey(key(end)) ? one(kind, end.namespace(), end.pod()) : Set.of();
            case SERVICE ->
                leading(end).stream().map(Membership::service).collect(Collectors.toCollection(TreeSet::new));
            case TRAFFIC_SPLIT -> Set.of();
            case REPLICATION_CONTROLLER, DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET, JOB ->
                end.owners().stream()
                        .filter(owner -> owner.kind().equals(kind.kind()))
                        .map(owner -> new Resource(kind, end.namespace(), owner.name()))
                        .collect(Collectors.toCollection(TreeSet::new));
        };
    }

    /** Whether an end is one of those that are meant, in any namespace. */
    boolean has(Target target, End end) {
        return of(target.kind(), end).stream()
                .anyMatch(resource -> target.name() == null || resource.name().equals(target.name()));
    }

    /** All objects of a kind that an end in the report belongs to; those that have gone too, by what they did. */
    static Set<Resource> all(ResourceKind kind, EdgeReport report) {
        Membership membership = of(report);
        return Stream.concat(
                        report.pods().stream().map(EdgeReport.Pod::self),
                        report.edges().stream().map(EdgeReport.Flow::self))
                .flatMap(end -> membership.of(kind, end).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Resource> one(ResourceKind kind, String namespace, String name) {
        return name.isEmpty() ? Set.of() : Set.of(new Resource(kind, namespace, name));
    }

    static Resource service(String text) {
        int slash = text.indexOf('/');
        return new Resource(ResourceKind.SERVICE, text.substring(0, slash), text.substring(slash + 1));
    }
}
