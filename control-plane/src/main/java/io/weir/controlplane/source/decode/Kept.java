package io.weir.controlplane.source.decode;

import org.jspecify.annotations.Nullable;

/** Keeps the identity of what did not change. */
public final class Kept {

    private Kept() {}

    /** The old value if the new one equals it. */
    public static <T> T of(@Nullable T before, T after) {
        return before != null && before.equals(after) ? before : after;
    }
}
