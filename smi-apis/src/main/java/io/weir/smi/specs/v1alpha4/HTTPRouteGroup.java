package io.weir.smi.specs.v1alpha4;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import io.weir.smi.SmiKind;
import io.weir.smi.SmiObject;
import org.jspecify.annotations.Nullable;

/** Named HTTP matches that TrafficTargets and TrafficSplits refer to: the hub version. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record HTTPRouteGroup(ObjectMeta metadata, HTTPRouteGroupSpec spec) implements SmiObject {

    public HTTPRouteGroup(ObjectMeta metadata, @Nullable HTTPRouteGroupSpec spec) {
        this.metadata = metadata;
        this.spec = spec == null ? new HTTPRouteGroupSpec(null) : spec;
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return kind().hubApiVersion();
    }

    @Override
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public SmiKind kind() {
        return SmiKind.HTTP_ROUTE_GROUP;
    }
}
