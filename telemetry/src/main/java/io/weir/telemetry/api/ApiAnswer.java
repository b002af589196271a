package io.weir.telemetry.api;

import io.weir.controlplane.model.Sorted;
import java.util.SortedMap;

/**
 * What a client is told, as JSON. The body of a HEAD request is to be left out by whoever sends it.
 *
 * @param headers besides Content-Type, which is {@code application/json}
 */
public record ApiAnswer(int status, SortedMap<String, String> headers, String body) {
    public ApiAnswer {
        headers = Sorted.map(headers);
    }
}
