package io.weir.smi.specs.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;

/** All TCP traffic: v1alpha1 has no spec. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata"})
public record TCPRoute(ObjectMeta metadata) {

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "specs.smi-spec.io/v1alpha1";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "TCPRoute";
    }
}
