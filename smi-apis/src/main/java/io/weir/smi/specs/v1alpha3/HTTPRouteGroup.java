package io.weir.smi.specs.v1alpha3;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroupSpec;
import org.jspecify.annotations.Nullable;

/** Named HTTP matches: v1alpha3, with the same fields as v1alpha4. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record HTTPRouteGroup(ObjectMeta metadata, HTTPRouteGroupSpec spec) {

    public HTTPRouteGroup(ObjectMeta metadata, @Nullable HTTPRouteGroupSpec spec) {
        this.metadata = metadata;
        this.spec = spec == null ? new HTTPRouteGroupSpec(null) : spec;
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "specs.smi-spec.io/v1alpha3";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "HTTPRouteGroup";
    }
}
