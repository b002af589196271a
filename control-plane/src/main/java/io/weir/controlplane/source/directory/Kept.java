package io.weir.controlplane.source.directory;

import org.jspecify.annotations.Nullable;

/** Keeps the identity of what did not change. */
final class Kept {

    private Kept() {}

    /** The old value if the new one equals it. */
    static <T> T of(@Nullable T before, T after) {
        return before != null && before.equals(after) ? before : after;
    }
}
