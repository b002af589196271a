package io.weir.smi.metrics.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Backend;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Edge;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Meta;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Metric;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The traffic of one resource, or of one edge of it: as in v1alpha2, but {@code backend} is left out where it is null.
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
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Backend backend,
        List<Metric> metrics) {

    public TrafficMetrics {
        metrics = List.copyOf(metrics);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "metrics.smi-spec.io/v1alpha1";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "TrafficMetrics";
    }
}
