package io.weir.smi.specs.v1alpha4;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.smi.specs.v1alpha4.HeaderPattern.Forms;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * One match; its fields are AND-ed (S23), and a field left out accepts anything (S26).
 *
 * @param name unique in its group
 * @param pathRegex as the user wrote it, anchored at the start only (S24); null: any path, and so an empty one reads
 * @param methods OR-ed, exact case; empty or {@code *}: any method
 * @param headers AND-ed, in the order written
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HTTPMatch(
        String name,
        @Nullable String pathRegex,
        List<String> methods,

        @JsonSerialize(using = Forms.Writer.class) @JsonDeserialize(using = Forms.Reader.class)
        List<HeaderPattern> headers) {

    public HTTPMatch(
            String name,
            @Nullable String pathRegex,
            @Nullable List<String> methods,
            @Nullable List<HeaderPattern> headers) {
        this.name = name;
        this.pathRegex = pathRegex == null || pathRegex.isEmpty() ? null : pathRegex;
        this.methods = methods == null ? List.of() : List.copyOf(methods);
        this.headers = headers == null ? List.of() : List.copyOf(headers);
    }
}
