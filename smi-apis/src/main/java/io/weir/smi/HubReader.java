package io.weir.smi;

import io.weir.smi.access.v1alpha3.Rule;
import io.weir.smi.access.v1alpha3.Subject;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import io.weir.smi.access.v1alpha3.TrafficTargetSpec;
import io.weir.smi.specs.v1alpha4.HTTPMatch;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroup;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroupSpec;
import io.weir.smi.specs.v1alpha4.HeaderPattern;
import io.weir.smi.specs.v1alpha4.PortsSpec;
import io.weir.smi.specs.v1alpha4.TCPRoute;
import io.weir.smi.specs.v1alpha4.UDPRoute;
import io.weir.smi.split.v1alpha4.Backend;
import io.weir.smi.split.v1alpha4.MatchRef;
import io.weir.smi.split.v1alpha4.TrafficSplit;
import io.weir.smi.split.v1alpha4.TrafficSplitSpec;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Types an object of the hub version that validation has passed. */
final class HubReader {

    private HubReader() {}

    /**
     * The typed object.
     *
     * @param leftOut indexes of sources of a TrafficTarget that validation refused
     */
    static SmiObject read(SmiKind kind, JsonNode hub, Set<Integer> leftOut) {
        ObjectMeta metadata = metadata(hub.path("metadata"));
        JsonNode spec = hub.path("spec");
        return switch (kind) {
            case TRAFFIC_TARGET -> new TrafficTarget(metadata, target(spec, leftOut));
            case HTTP_ROUTE_GROUP ->
                new HTTPRouteGroup(metadata, new HTTPRouteGroupSpec(each(spec.path("matches"), HubReader::match)));
            case TCP_ROUTE -> new TCPRoute(metadata, ports(spec));
            case UDP_ROUTE -> new UDPRoute(metadata, ports(spec));
            case TRAFFIC_SPLIT -> new TrafficSplit(metadata, split(spec));
        };
    }

    private static ObjectMeta metadata(JsonNode metadata) {
        String created = text(metadata, "creationTimestamp");
        Instant creation =
                created == null ? null : OffsetDateTime.parse(created).toInstant();
        return new ObjectMeta(
                required(metadata, "name"),
                text(metadata, "namespace"),
                strings(metadata.path("labels")),
                strings(metadata.path("annotations")),
                creation);
    }

    private static TrafficTargetSpec target(JsonNode spec, Set<Integer> leftOut) {
        JsonNode sources = spec.path("sources");
        return new TrafficTargetSpec(
                subject(spec.path("destination")),
                IntStream.range(0, sources.size())
                        .filter(i -> !leftOut.contains(i))
                        .mapToObj(i -> subject(sources.get(i)))
                        .toList(),
                each(
                        spec.path("rules"),
                        rule -> new Rule(
                                required(rule, "kind"),
                                required(rule, "name"),
                                each(rule.path("matches"), JsonNode::stringValue))));
    }

    private static Subject subject(JsonNode subject) {
        return new Subject(required(subject, "kind"), required(subject, "name"), text(subject, "namespace"));
    }

    private static HTTPMatch match(JsonNode match) {
        return new HTTPMatch(
                required(match, "name"),
                text(match, "pathRegex"),
                each(match.path("methods"), JsonNode::stringValue),
                headers(match.path("headers")));
    }

    /** Envoy takes no empty regex; the empty group means the same. */
    private static List<HeaderPattern> headers(JsonNode headers) {
        return HeaderPattern.read(headers).stream()
                .map(header -> header.regex().isEmpty() ? new HeaderPattern(header.name(), "(?:)") : header)
                .toList();
    }

    private static PortsSpec ports(JsonNode spec) {
        return new PortsSpec(each(spec.path("matches").path("ports"), JsonNode::asInt));
    }

    private static TrafficSplitSpec split(JsonNode spec) {
        return new TrafficSplitSpec(
                required(spec, "service"),
                each(
                        spec.path("backends"),
                        backend -> new Backend(
                                required(backend, "service"),
                                backend.path("weight").asInt())),
                each(
                        spec.path("matches"),
                        match -> new MatchRef(
                                text(match, "apiGroup"), required(match, "kind"), required(match, "name"))));
    }

    private static <T> List<T> each(JsonNode array, Function<JsonNode, T> read) {
        List<T> items = new ArrayList<>();
        array.forEach(item -> items.add(read.apply(item)));
        return List.copyOf(items);
    }

    private static SortedMap<String, String> strings(JsonNode object) {
        SortedMap<String, String> map = new TreeMap<>();
        object.forEachEntry((key, value) -> map.put(key, value.stringValue()));
        return map;
    }

    private static String required(JsonNode object, String field) {
        return object.path(field).stringValue();
    }

    /** Null and absent are the same to Kubernetes, which drops nulls. */
    private static @Nullable String text(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? null : value.stringValue();
    }
}
