package io.weir.smi.access.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.smi.ObjectMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which sources may call a destination, and what of it: v1alpha1, all fields at the top level. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "destination", "specs", "sources"})
public record TrafficTarget(ObjectMeta metadata, Subject destination, List<Rule> specs, List<Subject> sources) {

    public TrafficTarget(
            ObjectMeta metadata, Subject destination, @Nullable List<Rule> specs, @Nullable List<Subject> sources) {
        this.metadata = metadata;
        this.destination = destination;
        this.specs = specs == null ? List.of() : List.copyOf(specs);
        this.sources = sources == null ? List.of() : List.copyOf(sources);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String apiVersion() {
        return "access.smi-spec.io/v1alpha1";
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public String kind() {
        return "TrafficTarget";
    }

    /**
     * Whom the target speaks of.
     *
     * @param port of a destination: the only pod port this target opens; of a source: without effect
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Subject(
            String kind,
            String name,
            @Nullable String namespace,
            @Nullable Integer port) {}

    /** A route that the target allows; no {@code matches}: all matches of the group. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Rule(String kind, String name, List<String> matches) {
        public Rule(String kind, String name, @Nullable List<String> matches) {
            this.kind = kind;
            this.name = name;
            this.matches = matches == null ? List.of() : List.copyOf(matches);
        }
    }
}
