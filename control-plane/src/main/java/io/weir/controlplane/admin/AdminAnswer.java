package io.weir.controlplane.admin;

import com.google.errorprone.annotations.Immutable;
import tools.jackson.databind.ObjectMapper;

/** An HTTP answer: status, content type and text. */
@Immutable
public record AdminAnswer(int status, String contentType, String body) {

    /** 200 with a value as JSON. */
    public static AdminAnswer json(ObjectMapper mapper, Object value) {
        return new AdminAnswer(200, "application/json", mapper.writeValueAsString(value) + "\n");
    }

    /** Plain text with a status. */
    public static AdminAnswer text(int status, String body) {
        return new AdminAnswer(status, "text/plain; charset=utf-8", body + "\n");
    }
}
