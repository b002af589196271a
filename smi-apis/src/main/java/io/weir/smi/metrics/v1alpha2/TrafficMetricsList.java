package io.weir.smi.metrics.v1alpha2;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Meta;
import io.weir.smi.metrics.v1alpha2.TrafficMetrics.Reference;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
        return "metrics.smi-spec.io/v1alpha2";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "TrafficMetricsList";
    }

    /** The labels that items were chosen by, as in Kubernetes' {@code LabelSelector}. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Selector(Map<String, String> matchLabels, List<Expression> matchExpressions) {
        public Selector(@Nullable Map<String, String> matchLabels, @Nullable List<Expression> matchExpressions) {
            this.matchLabels =
                    Collections.unmodifiableSortedMap(new TreeMap<>(matchLabels == null ? Map.of() : matchLabels));
            this.matchExpressions = matchExpressions == null ? List.of() : List.copyOf(matchExpressions);
        }
    }

    /**
     * What a label must be.
     *
     * @param operator {@code In}, {@code NotIn}, {@code Exists}, {@code DoesNotExist}, {@code Gt} or {@code Lt}
     * @param values none for {@code Exists} and {@code DoesNotExist}
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Expression(String key, String operator, List<String> values) {
        public Expression(String key, String operator, @Nullable List<String> values) {
            this.key = key;
            this.operator = operator;
            this.values = values == null ? List.of() : List.copyOf(values);
        }
    }
}
