package io.weir.controlplane.admin;

import io.weir.controlplane.model.Sorted;
import java.util.Collections;
import java.util.SortedMap;
import tools.jackson.databind.ObjectMapper;

/**
 * An HTTP answer.
 *
 * @param headers besides Content-Type
 */
public record AdminAnswer(int status, String contentType, SortedMap<String, String> headers, String body) {

    public AdminAnswer {
        headers = Sorted.map(headers);
    }

    public AdminAnswer(int status, String contentType, String body) {
        this(status, contentType, Collections.emptySortedMap(), body);
    }

    /** 200 with a value as JSON. */
    public static AdminAnswer json(ObjectMapper mapper, Object value) {
        return new AdminAnswer(200, "application/json", mapper.writeValueAsString(value) + "\n");
    }

    /** Plain text with a status. */
    public static AdminAnswer text(int status, String body) {
        return new AdminAnswer(status, "text/plain; charset=utf-8", body + "\n");
    }
}
