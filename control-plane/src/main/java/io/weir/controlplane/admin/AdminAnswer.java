package io.weir.controlplane.admin;

import io.weir.controlplane.model.Sorted;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;

/**
 * An HTTP answer.
 *
 * @param headers besides Content-Type
 * @param streamed what follows {@code body}; null if nothing does
 */
public record AdminAnswer(
        int status,
        String contentType,
        SortedMap<String, String> headers,
        String body,
        @Nullable Streamed streamed) {

    /** A text that is too long to be held as a whole, in UTF-8. */
    @FunctionalInterface
    public interface Streamed extends AutoCloseable {

        /** Writes all of it; may be called once. What it throws breaks the connection off, so that no part passes for the whole. */
        void write(OutputStream out) throws IOException;

        /** Gives back what is held for it; called once, also if the caller was gone before anything was written. */
        @Override
        default void close() {}
    }

    /** The caller has gone before the end of what it was told, as one does who follows something that has no end. */
    public static final class CallerGone extends IOException {

        private static final long serialVersionUID = 1L;

        public CallerGone(IOException cause) {
            super("the caller has gone", cause);
        }
    }

    public AdminAnswer {
        headers = Sorted.map(headers);
    }

    public AdminAnswer(int status, String contentType, SortedMap<String, String> headers, String body) {
        this(status, contentType, headers, body, null);
    }

    public AdminAnswer(int status, String contentType, String body) {
        this(status, contentType, Collections.emptySortedMap(), body);
    }

    /** 200 with a long text. */
    public static AdminAnswer streamed(String contentType, Streamed text) {
        return new AdminAnswer(200, contentType, Collections.emptySortedMap(), "", text);
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
