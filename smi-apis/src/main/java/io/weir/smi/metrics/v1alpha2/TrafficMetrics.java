package io.weir.smi.metrics.v1alpha2;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The traffic of one resource, or of one edge of it.
 *
 * @param timestamp the end of the window: RFC 3339, UTC, to the second
 * @param window its length as a Go duration, such as {@code 1m30s}
 * @param backend null unless the resource is a TrafficSplit
 * @param metrics always p99, p90 and p50 latency, successes and failures, in this order
 */
@JsonPropertyOrder({"kind", "apiVersion", "metadata", "timestamp", "window", "resource", "edge", "backend", "metrics"})
public record TrafficMetrics(
        Meta metadata,
        String timestamp,
        String window,
        Reference resource,
        Edge edge,
        @Nullable Backend backend,
        List<Metric> metrics) {

    public TrafficMetrics {
        metrics = List.copyOf(metrics);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "metrics.smi-spec.io/v1alpha2";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "TrafficMetrics";
    }

    /**
     * The object the figures are about.
     *
     * @param namespace null for objects outside namespaces
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reference(
            String kind,
            @Nullable String namespace,
            @Nullable String name) {}

    /**
     * Whose traffic was counted, and where.
     *
     * @param direction {@code from} or {@code to} the other side
     * @param side where it was observed: {@code client} or {@code server}
     * @param resource the other side; null: all of them
     */
    public record Edge(
            String direction, String side, @Nullable Reference resource) {}

    /**
     * The backend of a TrafficSplit that the figures are about.
     *
     * @param apex the root service
     * @param weight as declared
     */
    public record Backend(String apex, String name, int weight) {}

    /**
     * One figure.
     *
     * @param unit {@code ms} for latencies, null for counts
     * @param value a canonical Kubernetes quantity in thousandths, such as {@code 296875m}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Metric(String name, @Nullable String unit, String value) {}

    /**
     * Metadata of an answer; nothing is stored, so it is made up on the spot.
     *
     * @param selfLink the path that was asked
     * @param creationTimestamp RFC 3339, UTC, to the second; null in lists
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Meta(
            @Nullable String name,
            @Nullable String namespace,
            String selfLink,
            @Nullable String creationTimestamp) {}
}
