package io.weir.smi.specs.v1alpha4;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import io.weir.smi.SmiKind;
import io.weir.smi.SmiObject;
import org.jspecify.annotations.Nullable;

/** TCP traffic to certain ports, for TrafficTargets to refer to: the hub version. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record TCPRoute(ObjectMeta metadata, PortsSpec spec) implements SmiObject {

    public TCPRoute(ObjectMeta metadata, @Nullable PortsSpec spec) {
        this.metadata = metadata;
        this.spec = spec == null ? PortsSpec.ANY : spec;
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return kind().hubApiVersion();
    }

    @Override
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public SmiKind kind() {
        return SmiKind.TCP_ROUTE;
    }
}
