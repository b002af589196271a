package io.weir.telemetry.api;

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
import io.weir.telemetry.model.Scope;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.report.EdgeReporter.Sidecars;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The SMI metrics API: from a request to its answer. May be called from any thread; waits as long as readings do. */
public final class MetricsApi {

    private static final Duration UNHEARD_RETRY = Duration.ofMinutes(1);
    private static final Duration UNREAD_RETRY = Duration.ofSeconds(2);
    private static final Set<String> METHODS = Set.of("GET", "HEAD");

    private final Readings readings;
    private final Supplier<Inventory> inventory;
    private final Supplier<Sidecars> sidecars;
    private final BooleanSupplier read;

    /** Of a mesh in which every sidecar reports. */
    public MetricsApi(Readings readings, Supplier<Inventory> inventory) {
        this(readings, inventory, () -> new Sidecars(Set.of(), Set.of()));
    }

    /** Of an inventory that was read. */
    public MetricsApi(Readings readings, Supplier<Inventory> inventory, Supplier<Sidecars> sidecars) {
        this(readings, inventory, sidecars, () -> true);
    }

    /**
     * @param inventory what there is now
     * @param sidecars those there are, and those that tell nothing
     * @param read whether the inventory was read; what is not in it before may be there
     */
    public MetricsApi(
            Readings readings, Supplier<Inventory> inventory, Supplier<Sidecars> sidecars, BooleanSupplier read) {
        this.read = read;
        this.readings = readings;
        this.inventory = inventory;
        this.sidecars = sidecars;
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
            case Target.ListOf _, Target.One _, Target.EdgesOf _ -> measurements(target, request);
        };
    }

    private ApiAnswer measurements(Target target, ApiRequest request) {
        if (!read.getAsBoolean()) {
            return Failures.unavailable("what there is in the cluster is still being read", UNREAD_RETRY);
        }
        return switch (target) {
            case Target.ListOf list -> list(list, request);
            case Target.One one -> one(one, request);
            case Target.EdgesOf edges -> edges(edges, request);
            default -> Failures.noSuchPath();
        };
    }

    private ApiAnswer list(Target.ListOf target, ApiRequest request) {
        Inventory now = inventory.get();
        Silence silence = Silence.of(target.kind(), now, sidecars.get());
        return measured(
                target.version(),
                request,
                Scopes.list(target.kind(), target.namespace()),
                (documents, edges, selector) -> {
                    SortedMap<Resource, Traffic> received = new Grouping(target.kind(), now).received(edges);
                    List<TrafficMetrics> items = new ArrayList<>();
                    now.labels().forEach((resource, labels) -> {
                        // Left out: one old Envoy would otherwise take the whole list away for as long as it runs
                        // (4.5).
                        if (resource.kind() == target.kind()
                                && (target.namespace() == null
                                        || target.namespace().equals(resource.namespace()))
                                && selector.selects(labels)
                                && !silence.over(resource)) {
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
        if (Silence.of(resource.kind(), now, sidecars.get()).over(resource)) {
            return Failures.unavailable("no sidecar of it reports: weir status says which can", UNHEARD_RETRY);
        }
        return measured(target.version(), request, Scopes.one(resource, now), (documents, edges, _) -> {
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
        if (Silence.of(resource.kind(), now, sidecars.get()).over(resource)) {
            return Failures.unavailable("no sidecar of it reports: weir status says which can", UNHEARD_RETRY);
        }
        return measured(target.version(), request, Scopes.edges(resource, now), (documents, edges, _) -> {
            Grouping grouping = new Grouping(resource.kind(), now);
            List<TrafficMetrics> items = new ArrayList<>();
            grouping.peers(resource, Reporter.SOURCE, edges)
                    .forEach((peer, traffic) -> items.add(documents.peer(resource, Side.CALLED, peer, traffic)));
            grouping.peers(resource, Reporter.DESTINATION, edges)
                    .forEach((peer, traffic) -> items.add(documents.peer(resource, Side.RECEIVED, peer, traffic)));
            return Versions.of(target.version(), documents.list(resource, "/edges", items));
        });
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

    private ApiAnswer measured(ApiVersion version, ApiRequest request, Scope scope, Measured measured) {
        return switch (Query.of(request.query())) {
            case Query.Rejected rejected -> Failures.badRequest(rejected.reason());
            case Query.Valid query ->
                switch (readings.window(query.window(), scope)) {
                    case Readings.Answer.Incomplete incomplete ->
                        Failures.unavailable(incomplete.reason(), incomplete.retryAfter());
                    case Readings.Answer.Complete complete ->
                        ok(measured.document(
                                new Documents(version, complete.end(), query.window()),
                                complete.edges(),
                                query.selector()));
                    case Readings.Answer.TimedOut late -> Failures.timeout(late.waited());
                };
        };
    }

    private static ApiAnswer ok(Object document) {
        return new ApiAnswer(200, Collections.emptySortedMap(), SmiJson.mapper().writeValueAsString(document) + "\n");
    }
}
