package io.weir.controlplane;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What was started, to be ended in the reverse order. Used by one thread at a time. */
public final class Parts implements AutoCloseable {

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Remembers a part that was just started. */
    public <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    /**
     * Ends all of them, also those below one that fails.
     *
     * @throws IOException naming the first failure
     */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                failure = failure == null ? new IOException("not all ended cleanly: " + e, e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
