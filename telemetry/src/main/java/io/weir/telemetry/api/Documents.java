package io.weir.telemetry.api;

import io.weir.smi.metrics.v1alpha2.TrafficMetrics;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Edge;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Meta;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Metric;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Reference;
import io.weir.smi.metrics.v1alpha2.TrafficMetricsList;
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

/**
 * TrafficMetrics and lists of them (requirements 4.3).
 *
 * @param version in whose paths they are
 * @param end of the interval
 * @param window its length, as it was asked for (M3); what was counted may be of some seconds more
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

    TrafficMetrics received(Resource resource, Traffic traffic) {
        return item(resource, path(resource), edge(Side.RECEIVED, null), null, traffic);
    }

    TrafficMetrics peer(Resource resource, Side side, Resource peer, Traffic traffic) {
        return item(resource, path(resource) + "/edges", edge(side, peer), null, traffic);
    }

    TrafficMetrics share(Resource resource, Split split, Backend backend, Traffic traffic) {
        return item(
                resource,
                path(resource),
                edge(Side.SPLIT, null),
                new TrafficMetrics.Backend(split.service(), backend.service(), backend.weight()),
                traffic);
    }

    /** A list of objects of a kind. */
    TrafficMetricsList list(Target.ListOf what, Selector selector, List<TrafficMetrics> items) {
        String namespace = what.namespace();
        String within = namespace == null ? "" : "/namespaces/" + namespace;
        return new TrafficMetricsList(
                meta(version.base() + within + "/" + what.kind().plural()),
                new Reference(what.kind().kind(), namespace, null),
                selector.equals(Selector.EVERYTHING) ? null : selector.document(),
                items);
    }

    /** The peers of an object, or the backends of a split. */
    TrafficMetricsList list(Resource resource, String suffix, List<TrafficMetrics> items) {
        return new TrafficMetricsList(meta(path(resource) + suffix), reference(resource), null, items);
    }

    private static Meta meta(String selfLink) {
        return new Meta(null, null, selfLink, null);
    }

    private TrafficMetrics item(
            Resource resource, String selfLink, Edge edge, TrafficMetrics.@Nullable Backend backend, Traffic traffic) {
        String timestamp = end.truncatedTo(ChronoUnit.SECONDS).toString();
        return new TrafficMetrics(
                new Meta(resource.name(), namespace(resource), selfLink, timestamp),
                timestamp,
                GoDuration.format(window),
                reference(resource),
                edge,
                backend,
                metrics(traffic));
    }

    /** Always all five, in this order (M4), with latencies in milliseconds (M5). */
    private static List<Metric> metrics(Traffic traffic) {
        Latencies latencies = traffic.latencies();
        return List.of(
                new Metric("p99_response_latency", "ms", Quantities.of(latencies.quantile(0.99))),
                new Metric("p90_response_latency", "ms", Quantities.of(latencies.quantile(0.9))),
                new Metric("p50_response_latency", "ms", Quantities.of(latencies.quantile(0.5))),
                new Metric("success_count", null, Quantities.of(traffic.successes())),
                new Metric("failure_count", null, Quantities.of(traffic.failures())));
    }

    private static Edge edge(Side side, @Nullable Resource peer) {
        return new Edge(side.direction, side.side, peer == null ? null : reference(peer));
    }

    private static Reference reference(Resource resource) {
        return new Reference(resource.kind().kind(), namespace(resource), resource.name());
    }

    private static @Nullable String namespace(Resource resource) {
        return resource.kind().namespaced() ? resource.namespace() : null;
    }

    private String path(Resource resource) {
        String within = resource.kind().namespaced() ? "/namespaces/" + resource.namespace() : "";
        return version.base() + within + "/" + resource.kind().plural() + "/" + resource.name();
    }
}
