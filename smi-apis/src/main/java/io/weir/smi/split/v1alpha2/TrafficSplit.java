package io.weir.smi.split.v1alpha2;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import io.weir.smi.split.v1alpha4.Backend;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the traffic to a root service divides among backends: v1alpha2. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record TrafficSplit(ObjectMeta metadata, Spec spec) {

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "split.smi-spec.io/v1alpha2";
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
}
