package io.weir.telemetry.replicas;

import io.weir.telemetry.window.Part;
import org.jspecify.annotations.Nullable;

/** Another replica. Called from any thread. */
public interface Peer {

    /** As people know it. */
    String name();

    /**
     * Asks for what it knows; waits for a few seconds at most.
     *
     * @param startMs from when on it is to tell what it was told, by its own clock; null: nothing
     * @throws NoAnswer if it says nothing, or what can't be read
     */
    Part ask(@Nullable Long startMs) throws NoAnswer;

    /** Without a part of the mesh nothing can be said of the mesh. */
    final class NoAnswer extends Exception {

        private static final long serialVersionUID = 1L;

        public NoAnswer(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
