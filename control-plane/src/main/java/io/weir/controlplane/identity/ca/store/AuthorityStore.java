package io.weir.controlplane.identity.ca.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where the authority's state is kept. What several control planes share, each replaces only if it is still what it had
 * read: of two that write at once one is told that it was too late.
 */
public interface AuthorityStore extends AutoCloseable {

    /** Text that holds keys, and what it is replaced by. */
    record Saved(String text, String version) {
        @Override
        public String toString() {
            return "Saved[" + version + "]";
        }
    }

    /**
     * Null if there is none, and there never was one.
     *
     * @throws io.weir.controlplane.identity.state.StateUnusable if there was one and it is lost: a new root would cut off
     *     every proxy that runs
     */
    @Nullable
    Saved read() throws IOException;

    /**
     * Replaces it.
     *
     * @param replaced the version that is replaced; null if there must be none
     * @return the version of the new text
     * @throws Outdated if something else is there by now
     */
    String write(String text, @Nullable String replaced) throws IOException;

    /** For messages: a path, or {@code Secret weir-system/weir-ca}. */
    String place();

    /** For messages: what to do if it is damaged. */
    String remedy();

    @Override
    void close() throws IOException;

    /** Another control plane was faster. */
    final class Outdated extends IOException {

        private static final long serialVersionUID = 1L;

        public Outdated(String place) {
            super(place + " was changed by another control plane");
        }
    }
}
