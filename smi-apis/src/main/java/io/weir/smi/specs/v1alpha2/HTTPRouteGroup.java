package io.weir.smi.specs.v1alpha2;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import io.weir.smi.specs.v1alpha4.HTTPMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Named HTTP matches: v1alpha2, {@code matches} at the top level. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "matches"})
public record HTTPRouteGroup(ObjectMeta metadata, List<HTTPMatch> matches) {

    public HTTPRouteGroup(ObjectMeta metadata, @Nullable List<HTTPMatch> matches) {
        this.metadata = metadata;
        this.matches = matches == null ? List.of() : List.copyOf(matches);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "specs.smi-spec.io/v1alpha2";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "HTTPRouteGroup";
    }
}
