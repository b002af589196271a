package io.weir.smi.split.v1alpha3;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import io.weir.smi.split.v1alpha4.TrafficSplitSpec;

/** How the traffic to a root service divides among backends: v1alpha3, with the same fields as v1alpha4. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record TrafficSplit(ObjectMeta metadata, TrafficSplitSpec spec) {

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "split.smi-spec.io/v1alpha3";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "TrafficSplit";
    }
}
