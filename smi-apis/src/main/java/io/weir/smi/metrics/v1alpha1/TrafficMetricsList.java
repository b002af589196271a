package io.weir.smi.metrics.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Meta;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Reference;
import io.weir.smi.metrics.v1alpha2.TrafficMetricsList.Selector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The traffic of several resources, or of several edges of one.
 *
 * @param resource what was asked: of a list only kind and namespace, of edges the whole reference
 * @param selector the label selector that was asked; null: none
 * @param items empty rather than null, which would trip clients
 */
@JsonPropertyOrder({"kind", "apiVersion", "metadata", "resource", "selector", "items"})
public record TrafficMetricsList(
        Meta metadata,
        Reference resource,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Selector selector,
        List<TrafficMetrics> items) {

    public TrafficMetricsList {
        items = List.copyOf(items);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "metrics.smi-spec.io/v1alpha1";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "TrafficMetricsList";
    }
}
