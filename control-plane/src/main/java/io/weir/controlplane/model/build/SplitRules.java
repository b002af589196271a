package io.weir.controlplane.model.build;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroup;
import io.weir.smi.split.v1alpha4.Backend;
import io.weir.smi.split.v1alpha4.MatchRef;
import io.weir.smi.split.v1alpha4.TrafficSplit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one split says for one port of its root. */
record SplitRules(Map<ServiceKey, ServiceEntry> services, SmiIndex smi, String clusterDomain) {

    /** Envoy adds weights up in 32 bits (requirements 2.5). */
    private static final long LARGEST_SUM = 0xFFFF_FFFFL;

    private static final long SCALED_SUM = 1_000_000_000L;

    /** S34: the Service that a name in a split means; null if it can't be one in this namespace. */
    @Nullable
    ServiceKey service(String namespace, String written) {
        int dot = written.indexOf('.');
        String rest = dot < 0 ? "" : written.substring(dot + 1);
        boolean here = rest.isEmpty()
                || rest.equals(namespace)
                || rest.equals(namespace + ".svc")
                || rest.equals(namespace + ".svc." + clusterDomain);
        return here ? new ServiceKey(namespace, dot < 0 ? written : written.substring(0, dot)) : null;
    }

    /**
     * The rule for one port of the root.
     *
     * @param matches empty: every request
     */
    RouteRule rule(ObjectRef origin, TrafficSplit split, List<RequestMatch> matches, ServicePortKey port) {
        Map<ServiceKey, Long> weights = new LinkedHashMap<>();
        for (Backend backend : split.spec().backends()) {
            ServiceKey key = service(split.metadata().namespace(), backend.service());
            if (key != null && backend.weight() > 0 && has(key, port)) {
                weights.merge(key, (long) backend.weight(), Long::sum);
            }
        }
        long sum = weights.values().stream().mapToLong(Long::longValue).sum();
        boolean large = sum > LARGEST_SUM || weights.values().stream().anyMatch(weight -> weight > Integer.MAX_VALUE);
        List<WeightedBackend> backends = new ArrayList<>();
        weights.forEach((key, weight) ->
                backends.add(new WeightedBackend(new ServicePortKey(key, port.port(), port.transport()), (int)
                        (large ? Math.max(1, Math.round((double) weight / sum * SCALED_SUM)) : weight))));
        return new RouteRule(origin, matches, backends);
    }

    /** S35: whether a backend can serve a port of the root, which is by number alone. */
    private boolean has(ServiceKey service, ServicePortKey port) {
        ServiceEntry entry = services.get(service);
        return entry != null
                && entry.ports().stream()
                        .anyMatch(candidate ->
                                candidate.port() == port.port() && candidate.transport() == port.transport());
    }

    /** S38, S39: the matches of all groups that exist; none where none does, and then nothing is split. */
    List<RequestMatch> matches(TrafficSplit split) {
        List<RequestMatch> matches = new ArrayList<>();
        for (MatchRef reference : split.spec().matches()) {
            HTTPRouteGroup group = group(split, reference);
            if (group != null) {
                matches.addAll(RouteResolver.matches(group, smi.pathMatch()));
            }
        }
        return matches;
    }

    @Nullable
    HTTPRouteGroup group(TrafficSplit split, MatchRef reference) {
        return reference.kind().equals("HTTPRouteGroup")
                ? smi.group(split.metadata().namespace(), reference.name())
                : null;
    }

    /** What has less effect than it looks, for a split whose root exists. */
    List<Note> notes(ObjectRef origin, TrafficSplit split, ServiceEntry root) {
        List<Note> notes = new ArrayList<>();
        List<Backend> backends = split.spec().backends();
        for (int i = 0; i < backends.size(); i++) {
            if (backends.get(i).weight() > 0) {
                excluded(origin, split, root, i, notes);
            }
        }
        for (int i = 0; i < split.spec().matches().size(); i++) {
            MatchRef reference = split.spec().matches().get(i);
            if (group(split, reference) == null) {
                notes.add(Note.warning(
                        Code.SPLIT_MATCH_MISSING,
                        origin,
                        "spec.matches[" + i + "]",
                        "There is no valid " + reference.kind() + " "
                                + split.metadata().namespace() + "/" + reference.name() + ", so it selects no request.",
                        "Create it, or correct it or its name."));
            }
        }
        withoutEffect(origin, split, root, notes);
        return notes;
    }

    /** S35: says for which ports of the root a backend takes no part. */
    private void excluded(ObjectRef origin, TrafficSplit split, ServiceEntry root, int index, List<Note> notes) {
        Backend backend = split.spec().backends().get(index);
        String field = "spec.backends[" + index + "].service";
        ServiceKey key = service(split.metadata().namespace(), backend.service());
        if (key == null || !services.containsKey(key)) {
            notes.add(Note.warning(
                    Code.SPLIT_BACKEND_EXCLUDED,
                    origin,
                    field,
                    "There is no Service " + backend.service() + " in "
                            + split.metadata().namespace() + ", so the other backends share its traffic.",
                    "Create the Service, or give it weight 0 until it exists."));
            return;
        }
        List<String> missing = new ArrayList<>();
        for (ServiceEntry.Port port : root.ports()) {
            if (!has(key, new ServicePortKey(root.key(), port.port(), port.transport()))) {
                missing.add(port.port() + "/" + port.transport());
            }
        }
        if (!missing.isEmpty()) {
            notes.add(Note.warning(
                    Code.SPLIT_BACKEND_EXCLUDED,
                    origin,
                    field,
                    "Service " + key + " has no port " + String.join(", ", missing)
                            + " as the root has, so it takes no traffic there.",
                    "Give it the same port number; the targetPort may differ."));
        }
    }

    private void withoutEffect(ObjectRef origin, TrafficSplit split, ServiceEntry root, List<Note> notes) {
        boolean anyHttp = ServicePorts.of(root).stream().anyMatch(port -> port.protocol() == AppProtocol.HTTP);
        if (!split.spec().matches().isEmpty() && !anyHttp) {
            notes.add(Note.warning(
                    Code.SPLIT_MATCH_NEEDS_HTTP,
                    origin,
                    "spec.matches",
                    "No port of the root speaks HTTP, so no request matches and nothing is split.",
                    "Set appProtocol: http on the port of the Service, or name it http."));
        }
        for (ServiceEntry.Port port : root.ports()) {
            ServicePortKey key = new ServicePortKey(root.key(), port.port(), port.transport());
            if (rule(origin, split, List.of(), key).backends().isEmpty()) {
                notes.add(Note.warning(
                        Code.SPLIT_WITHOUT_WEIGHT,
                        origin,
                        "spec.backends",
                        "No backend has weight on port " + port.port() + "/" + port.transport()
                                + ", so what is split there is answered by nobody.",
                        "Give a backend a weight, or delete the split."));
            }
        }
    }
}
