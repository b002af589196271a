package io.weir.smi.access.v1alpha3;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import io.weir.smi.SmiKind;
import io.weir.smi.SmiObject;
import io.weir.smi.convert.Conversion;
import org.jspecify.annotations.Nullable;

/** Which sources may call a destination, and what of it: the hub version. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record TrafficTarget(ObjectMeta metadata, TrafficTargetSpec spec) implements SmiObject {

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return kind().hubApiVersion();
    }

    @Override
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public SmiKind kind() {
        return SmiKind.TRAFFIC_TARGET;
    }

    /**
     * The only pod port this target opens, 1..65535; null where it opens all.
     *
     * <p>The older versions' {@code destination.port} travels in an annotation and stays in force: dropping it would
     * open the other ports (S17).
     */
    @JsonIgnore
    public @Nullable Integer destinationPort() {
        String port = metadata.annotations().get(Conversion.DESTINATION_PORT);
        return port == null ? null : Integer.valueOf(port);
    }
}
