package io.weir.telemetry.api;

import io.weir.telemetry.model.Inventory.Backend;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.Inventory.Split;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * TrafficMetrics and lists of them as JSON, keys in the order of the SDK's types (requirements 4.3).
 *
 * @param end of the interval
 * @param window its length
 */
record Documents(ApiVersion version, Instant end, Duration window) {

    /** From where an object's traffic is seen. */
    enum Side {
        RECEIVED("from", "server"),
        CALLED("to", "client"),
        SPLIT("from", "client");

        private final String direction;
        private final String side;

        Side(String direction, String side) {
            this.direction = direction;
            this.side = side;
        }
    }

    ObjectNode received(Resource resource, Traffic traffic) {
        return item(resource, path(resource), edge(Side.RECEIVED, null), null, traffic);
    }

    ObjectNode peer(Resource resource, Side side, Resource peer, Traffic traffic) {
        return item(resource, path(resource) + "/edges", edge(side, peer), null, traffic);
    }

    ObjectNode share(Resource resource, Split split, Backend backend, Traffic traffic) {
        ObjectNode share = object().put("apex", split.service())
                .put("name", backend.service())
                .put("weight", backend.weight());
        return item(resource, path(resource), edge(Side.SPLIT, null), share, traffic);
    }

    /** A list of objects of a kind. */
    ObjectNode list(Target.ListOf what, Selector selector, List<ObjectNode> items) {
        ObjectNode resource = object().put("kind", what.kind().kind());
        String namespace = what.namespace();
        String within = "";
        if (namespace != null) {
            resource.put("namespace", namespace);
            within = "/namespaces/" + namespace;
        }
        ObjectNode list = list(version.base() + within + "/" + what.kind().plural(), resource);
        if (!selector.equals(Selector.EVERYTHING)) {
            list.set("selector", selector.json());
        }
        return with(list, items);
    }

    /** The peers of an object, or the backends of a split. */
    ObjectNode list(Resource resource, String suffix, List<ObjectNode> items) {
        return with(list(path(resource) + suffix, reference(resource)), items);
    }

    private ObjectNode list(String selfLink, ObjectNode resource) {
        ObjectNode list = object().put("kind", "TrafficMetricsList").put("apiVersion", version.groupVersion());
        list.putObject("metadata").put("selfLink", selfLink);
        list.set("resource", resource);
        return list;
    }

    private static ObjectNode with(ObjectNode list, List<ObjectNode> items) {
        list.putArray("items").addAll(items);
        return list;
    }

    private ObjectNode item(
            Resource resource, String selfLink, ObjectNode edge, @Nullable ObjectNode backend, Traffic traffic) {
        String timestamp = end.truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode item = object().put("kind", "TrafficMetrics").put("apiVersion", version.groupVersion());
        ObjectNode metadata = item.putObject("metadata").put("name", resource.name());
        if (resource.kind().namespaced()) {
            metadata.put("namespace", resource.namespace());
        }
        metadata.put("selfLink", selfLink).put("creationTimestamp", timestamp);
        item.put("timestamp", timestamp).put("window", GoDuration.format(window));
        item.set("resource", reference(resource));
        item.set("edge", edge);
        if (backend != null || version != ApiVersion.V1ALPHA1) {
            item.set("backend", backend);
        }
        item.set("metrics", metrics(traffic));
        return item;
    }

    /** Always all five, in this order (M4), with latencies in milliseconds (M5). */
    private static ArrayNode metrics(Traffic traffic) {
        ArrayNode metrics = JsonNodeFactory.instance.arrayNode();
        Latencies latencies = traffic.latencies();
        latency(metrics, "p99_response_latency", latencies.quantile(0.99));
        latency(metrics, "p90_response_latency", latencies.quantile(0.9));
        latency(metrics, "p50_response_latency", latencies.quantile(0.5));
        metrics.addObject().put("name", "success_count").put("value", Quantities.of(traffic.successes()));
        metrics.addObject().put("name", "failure_count").put("value", Quantities.of(traffic.failures()));
        return metrics;
    }

    private static void latency(ArrayNode metrics, String name, double milliseconds) {
        metrics.addObject().put("name", name).put("unit", "ms").put("value", Quantities.of(milliseconds));
    }

    private static ObjectNode edge(Side side, @Nullable Resource peer) {
        ObjectNode edge = object().put("direction", side.direction).put("side", side.side);
        edge.set("resource", peer == null ? null : reference(peer));
        return edge;
    }

    private static ObjectNode reference(Resource resource) {
        ObjectNode reference = object().put("kind", resource.kind().kind());
        if (resource.kind().namespaced()) {
            reference.put("namespace", resource.namespace());
        }
        return reference.put("name", resource.name());
    }

    private String path(Resource resource) {
        String within = resource.kind().namespaced() ? "/namespaces/" + resource.namespace() : "";
        return version.base() + within + "/" + resource.kind().plural() + "/" + resource.name();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
