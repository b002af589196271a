package io.weir.controlplane.admin;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an admin route is asked.
 *
 * @param path all of it, percent-encoded as it came: {@code /v1/status}
 * @param query the first value of each query parameter
 * @param headers by lower-case name, each with all its values in order
 */
public record AdminRequest(String path, Map<String, String> query, Map<String, List<String>> headers) {

    public AdminRequest {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    /** All values of a header, none if it was not sent. */
    public List<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }
}
