package io.weir.controlplane.source.kubernetes.watch;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The API server answered, with something else than what was asked for. */
final class ApiFailure extends IOException {

    @Serial
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final @Nullable Duration retryAfter;

    /** What follows from it. */
    enum Reason {
        /** There is no such kind. */
        MISSING,
        /** What changed since then is not known any more: list again. */
        GONE,
        /** This account may not. */
        REFUSED,
        /** Not now. */
        BUSY,
        /** Nothing that can be understood. */
        BROKEN
    }

    ApiFailure(Reason reason, String message, @Nullable Duration retryAfter) {
        super(message);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    Reason reason() {
        return reason;
    }

    /** When the API server wants to be asked again; null if it does not say. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
