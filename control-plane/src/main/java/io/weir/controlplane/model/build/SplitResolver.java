package io.weir.controlplane.model.build;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePort;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.smi.split.v1alpha4.TrafficSplit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A route table for every service port, from Services and the splits they root (S29 to S44). */
final class SplitResolver {

    private final Map<ServiceKey, ServiceEntry> services;
    private final SplitRules rules;
    private final List<Note> notes = new ArrayList<>();

    private SplitResolver(Map<ServiceKey, ServiceEntry> services, SplitRules rules) {
        this.services = services;
        this.rules = rules;
    }

    /** Every port of every Service has a table. */
    record Routes(SortedMap<ServicePortKey, RouteTable> tables, List<Note> notes) {}

    /** A split and the order in which it applies. */
    private record Rooted(ObjectRef name, TrafficSplit split, Instant created) {}

    /** The splits of one root in force, those with matches first; at most one without. */
    private record Ranked(List<Rooted> matching, @Nullable Rooted rest) {
        static final Ranked NONE = new Ranked(List.of(), null);
    }

    static Routes resolve(Map<ServiceKey, ServiceEntry> services, SmiIndex smi, String clusterDomain) {
        SplitResolver resolver = new SplitResolver(services, new SplitRules(services, smi, clusterDomain));
        Map<ServiceKey, Ranked> ranked = resolver.rank(smi);
        TreeMap<ServicePortKey, RouteTable> tables = new TreeMap<>();
        services.values().forEach(service -> {
            for (ServicePort port : ServicePorts.of(service)) {
                RouteTable table = resolver.table(service.key(), port, ranked.getOrDefault(service.key(), Ranked.NONE));
                tables.put(table.parent(), table);
            }
        });
        return new Routes(Sorted.map(tables), List.copyOf(resolver.notes));
    }

    private RouteTable table(ServiceKey service, ServicePort port, Ranked ranked) {
        ServicePortKey key =
                new ServicePortKey(service, port.port(), port.protocol().transport());
        List<RouteRule> table = new ArrayList<>();
        if (port.protocol() == AppProtocol.HTTP) {
            for (Rooted rooted : ranked.matching()) {
                List<RequestMatch> matches = rules.matches(rooted.split());
                // Without a match a rule would take every request (S39).
                if (!matches.isEmpty()) {
                    table.add(rules.rule(rooted.name(), rooted.split(), matches, key));
                }
            }
        }
        Rooted rest = ranked.rest();
        table.add(rest == null ? root(key) : rules.rule(rest.name(), rest.split(), List.of(), key));
        return new RouteTable(key, port.protocol(), table);
    }

    /** The Service's own endpoints. */
    private static RouteRule root(ServicePortKey key) {
        ObjectRef origin = new ObjectRef(
                "Service", key.service().namespace(), key.service().name());
        return new RouteRule(origin, List.of(), List.of(new WeightedBackend(key, 1)));
    }

    /** S40: with matches first, then the oldest, then by name; of those without matches only the first counts. */
    private Map<ServiceKey, Ranked> rank(SmiIndex smi) {
        Map<ServiceKey, List<Rooted>> byRoot = new TreeMap<>();
        smi.splits().forEach((name, aged) -> {
            TrafficSplit split = aged.split();
            ServiceKey root =
                    rules.service(split.metadata().namespace(), split.spec().service());
            ServiceEntry service = root == null ? null : services.get(root);
            if (root == null || service == null) {
                notes.add(unresolved(name, split));
            } else {
                byRoot.computeIfAbsent(root, _ -> new ArrayList<>()).add(new Rooted(name, split, aged.created()));
                notes.addAll(rules.notes(name, split, service));
            }
        });
        Map<ServiceKey, Ranked> ranked = new HashMap<>();
        byRoot.forEach((root, rooted) -> ranked.put(root, rank(root, rooted)));
        return ranked;
    }

    private Ranked rank(ServiceKey root, List<Rooted> rooted) {
        rooted.sort(Comparator.comparing(Rooted::created).thenComparing(Rooted::name));
        List<Rooted> matching = rooted.stream()
                .filter(one -> !one.split().spec().matches().isEmpty())
                .toList();
        List<Rooted> others = rooted.stream()
                .filter(one -> one.split().spec().matches().isEmpty())
                .toList();
        others.stream()
                .skip(1)
                .forEach(ignored -> notes.add(Note.warning(
                        Code.SPLIT_CONFLICT,
                        ignored.name(),
                        "spec.service",
                        "Conflict: " + others.getFirst().name() + " already splits all of Service " + root
                                + " and is older or first by name, so this split is ignored.",
                        "Delete one of the two, or give this one matches.")));
        return new Ranked(matching, others.isEmpty() ? null : others.getFirst());
    }

    private static Note unresolved(ObjectRef name, TrafficSplit split) {
        return Note.warning(
                Code.SPLIT_ROOT,
                name,
                "spec.service",
                "There is no Service '" + split.spec().service() + "' in "
                        + split.metadata().namespace() + ", so nothing is split.",
                "Create the Service, or correct the name; it must be in the namespace of the split.");
    }
}
