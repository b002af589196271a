package io.weir.smi.split.v1alpha4;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import io.weir.smi.SmiKind;
import io.weir.smi.SmiObject;

/** How the traffic to a root service divides among backends: the hub version. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record TrafficSplit(ObjectMeta metadata, TrafficSplitSpec spec) implements SmiObject {

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return kind().hubApiVersion();
    }

    @Override
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public SmiKind kind() {
        return SmiKind.TRAFFIC_SPLIT;
    }
}
