package io.weir.telemetry.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a client takes plain JSON. */
final class Accepted {

    private static final Set<String> JSON = Set.of("application/json", "application/*", "*/*");

    private Accepted() {}

    /**
     * An API server that looks for aggregated discovery accepts JSON {@code as=APIGroupDiscoveryList}; told 406 it asks for
     * the plain documents (D2). A client that would like a table also takes plain JSON, or sends a range for it.
     *
     * @param accept the header; null: anything
     */
    static boolean json(@Nullable String accept) {
        return accept == null
                || accept.isBlank()
                || Arrays.stream(accept.split(",", -1)).anyMatch(Accepted::plain);
    }

    private static boolean plain(String range) {
        List<String> parts = Arrays.stream(range.split(";", -1))
                .map(part -> part.strip().toLowerCase(Locale.ROOT))
                .toList();
        return JSON.contains(parts.getFirst())
                && parts.stream().noneMatch(part -> part.startsWith("as=") || part.matches("q=0(\\.0*)?"));
    }
}
