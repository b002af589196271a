package io.weir.smi.split.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the traffic to a root service divides among backends: v1alpha1. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record TrafficSplit(ObjectMeta metadata, Spec spec) {

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "split.smi-spec.io/v1alpha1";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "TrafficSplit";
    }

    /** What the split says. */
    public record Spec(String service, List<Backend> backends) {
        public Spec(String service, @Nullable List<Backend> backends) {
            this.service = service;
            this.backends = backends == null ? List.of() : List.copyOf(backends);
        }
    }

    /**
     * A share of the split.
     *
     * @param weight a Kubernetes quantity such as {@code 500m}; null: 0
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Backend(String service, @Nullable String weight) {}
}
