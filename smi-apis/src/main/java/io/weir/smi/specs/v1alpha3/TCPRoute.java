package io.weir.smi.specs.v1alpha3;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import java.util.Map;

/** All TCP traffic: v1alpha3 has an empty spec. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record TCPRoute(ObjectMeta metadata) {

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "specs.smi-spec.io/v1alpha3";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "TCPRoute";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public Map<String, String> spec() {
        return Map.of();
    }
}
