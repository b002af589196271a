package io.weir.controlplane.model;

import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on an HTTP request, all of which must hold.
 *
 * @param origin what the match is called where it was written, for people: {@code HTTPRouteGroup shop/api#metrics}
 * @param pathRegex RE2 that must match the whole normalised path without its query; null: any path
 * @param methods exact, upper case; empty: any method
 * @param headers all must match; empty: any
 */
public record RequestMatch(
        String origin, @Nullable String pathRegex, SortedSet<String> methods, List<HeaderMatch> headers) {

    public RequestMatch {
        methods = Sorted.set(methods);
        headers = List.copyOf(headers);
    }
}
