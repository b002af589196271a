package io.weir.controlplane.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one account behind a backend answers. The status is the HTTP status; null where no HTTP is spoken. */
public sealed interface Verdict {

    @Nullable
    Integer status();

    /** One sentence for people. */
    String reason();

    /** What lets it pass; empty unless it is granted. */
    default List<Allowance> by() {
        return List.of();
    }

    /** It passes; {@code by} is empty where nobody asks (permissive mode, no sidecar). */
    record Allowed(@Nullable Integer status, List<Allowance> by, String reason) implements Verdict {
        public Allowed {
            by = List.copyOf(by);
        }
    }

    /** It is refused; {@code miss} says what came nearest. */
    record Denied(@Nullable Integer status, Miss miss, String reason) implements Verdict {}

    /** Nobody is there to answer. */
    record Unavailable(@Nullable Integer status, String reason) implements Verdict {}
}
