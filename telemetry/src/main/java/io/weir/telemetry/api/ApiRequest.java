package io.weir.telemetry.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks.
 *
 * @param method as in HTTP: {@code GET}
 * @param path decoded, without a query
 * @param query decoded, the first value of each parameter
 * @param accept the header of that name; null if there is none
 */
public record ApiRequest(
        String method,
        String path,
        Map<String, String> query,
        @Nullable String accept) {
    public ApiRequest {
        query = Map.copyOf(query);
    }
}
