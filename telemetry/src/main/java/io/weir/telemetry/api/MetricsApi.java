package io.weir.telemetry.api;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.SmiJson;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics;
import io.weir.telemetry.api.Documents.Side;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.Inventory.Split;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The SMI metrics API: from a request to its answer. May be called from any thread; waits as long as readings do. */
public final class MetricsApi {

    private static final Duration UNHEARD_RETRY = Duration.ofMinutes(1);
    private static final Set<String> METHODS = Set.of("GET", "HEAD");

    private final Readings readings;
    private final Supplier<Inventory> inventory;
    private final Supplier<? extends Set<WorkloadKey>> silent;

    /** Of a mesh in which every sidecar reports. */
    public MetricsApi(Readings readings, Supplier<Inventory> inventory) {
        this(readings, inventory, Set::of);
    }

    /**
     * @param inventory what there is now
     * @param silent pods whose sidecars should report and do not, as one whose Envoy is too old for it
     */
    public MetricsApi(Readings readings, Supplier<Inventory> inventory, Supplier<? extends Set<WorkloadKey>> silent) {
        this.readings = readings;
        this.inventory = inventory;
        this.silent = silent;
    }

    /** Whatever is asked; what can't be answered is refused as Kubernetes would. */
    public ApiAnswer answer(ApiRequest request) {
        Target target = Target.of(request.path());
        if (target == null) {
            return Failures.noSuchPath();
        }
        if (!METHODS.contains(request.method())) {
            return Failures.methodNotAllowed();
        }
        if (!Accepted.json(request.accept())) {
            return Failures.notAcceptable();
        }
        return switch (target) {
            case Target.Groups _ -> ok(Discovery.groups());
            case Target.Group _ -> ok(Discovery.group());
            case Target.Version of -> ok(Discovery.resources(of.version()));
            case Target.OpenApiV2 _ -> ok(OpenApi.v2());
            case Target.OpenApiV3 _ -> ok(OpenApi.v3());
            case Target.OpenApiV3Of of -> ok(OpenApi.v3(of.version()));
            case Target.ListOf list -> list(list, request);
            case Target.One one -> one(one, request);
            case Target.EdgesOf edges -> edges(edges, request);
        };
    }

    private ApiAnswer list(Target.ListOf target, ApiRequest request) {
        Inventory now = inventory.get();
        return measured(target.version(), request, (documents, edges, selector) -> {
            SortedMap<Resource, Traffic> received = new Grouping(target.kind(), now).received(edges);
            List<TrafficMetrics> items = new ArrayList<>();
            now.labels().forEach((resource, labels) -> {
                if (resource.kind() == target.kind()
                        && (target.namespace() == null || target.namespace().equals(resource.namespace()))
                        && selector.selects(labels)) {
                    items.addAll(
                            resource.kind() == ResourceKind.TRAFFIC_SPLIT
                                    ? shares(documents, resource, now, edges)
                                    : List.of(documents.received(
                                            resource, received.getOrDefault(resource, Traffic.NONE))));
                }
            });
            return Versions.of(target.version(), documents.list(target, selector, items));
        });
    }

    private ApiAnswer one(Target.One target, ApiRequest request) {
        Inventory now = inventory.get();
        Resource resource = target.resource();
        if (!now.labels().containsKey(resource)) {
            return Failures.noSuchObject(resource);
        }
        if (unheard(now, resource)) {
            return Failures.unavailable("no sidecar of it reports: weir status says which can", UNHEARD_RETRY);
        }
        return measured(target.version(), request, (documents, edges, _) -> {
            if (resource.kind() == ResourceKind.TRAFFIC_SPLIT) {
                return Versions.of(
                        target.version(), documents.list(resource, "", shares(documents, resource, now, edges)));
            }
            Map<Resource, Traffic> received = new Grouping(resource.kind(), now).received(edges);
            return Versions.of(
                    target.version(), documents.received(resource, received.getOrDefault(resource, Traffic.NONE)));
        });
    }

    private ApiAnswer edges(Target.EdgesOf target, ApiRequest request) {
        Inventory now = inventory.get();
        Resource resource = target.resource();
        if (!now.labels().containsKey(resource)) {
            return Failures.noSuchObject(resource);
        }
        if (unheard(now, resource)) {
            return Failures.unavailable("no sidecar of it reports: weir status says which can", UNHEARD_RETRY);
        }
        return measured(target.version(), request, (documents, edges, _) -> {
            Grouping grouping = new Grouping(resource.kind(), now);
            List<TrafficMetrics> items = new ArrayList<>();
            grouping.peers(resource, Reporter.SOURCE, edges)
                    .forEach((peer, traffic) -> items.add(documents.peer(resource, Side.CALLED, peer, traffic)));
            grouping.peers(resource, Reporter.DESTINATION, edges)
                    .forEach((peer, traffic) -> items.add(documents.peer(resource, Side.RECEIVED, peer, traffic)));
            return Versions.of(target.version(), documents.list(resource, "/edges", items));
        });
    }

    /** Whether nothing can be said of an object because none of its pods is heard of; zeros would be a guess. */
    private boolean unheard(Inventory now, Resource resource) {
        Set<WorkloadKey> those = silent.get();
        if (those.isEmpty()) {
            return false;
        }
        // Of a split all clients tell, whoever they are.
        Grouping grouping = new Grouping(resource.kind(), now);
        Set<WorkloadKey> pods = now.parties().entrySet().stream()
                .filter(pod -> resource.kind() == ResourceKind.TRAFFIC_SPLIT
                        || grouping.of(pod.getValue()).contains(resource))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
        return !pods.isEmpty() && those.containsAll(pods);
    }

    /** One for each backend, with traffic or without. */
    private static List<TrafficMetrics> shares(
            Documents documents, Resource resource, Inventory inventory, Map<Edge, Traffic> edges) {
        for (Split split : inventory.splits()) {
            if (split.namespace().equals(resource.namespace()) && split.name().equals(resource.name())) {
                return split.backends().stream()
                        .map(backend -> documents.share(resource, split, backend, Grouping.sent(split, backend, edges)))
                        .toList();
            }
        }
        return List.of();
    }

    /** Makes a document of what was measured. */
    @FunctionalInterface
    private interface Measured {
        Object document(Documents documents, Map<Edge, Traffic> edges, Selector selector);
    }

    private ApiAnswer measured(ApiVersion version, ApiRequest request, Measured measured) {
        return switch (Query.of(request.query())) {
            case Query.Rejected rejected -> Failures.badRequest(rejected.reason());
            case Query.Valid query ->
                switch (readings.window(query.window())) {
                    case Readings.Answer.Incomplete incomplete ->
                        Failures.unavailable(incomplete.reason(), incomplete.retryAfter());
                    case Readings.Answer.Complete complete ->
                        ok(measured.document(
                                new Documents(version, complete.end(), query.window()),
                                complete.edges(),
                                query.selector()));
                };
        };
    }

    private static ApiAnswer ok(Object document) {
        return new ApiAnswer(200, Collections.emptySortedMap(), SmiJson.mapper().writeValueAsString(document) + "\n");
    }
}
