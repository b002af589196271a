package io.weir.telemetry.apiserver;

/** Decides whether a user may. May block. */
@FunctionalInterface
interface Authorization {

    /** What was decided. */
    enum Decision {
        ALLOWED,
        DENIED,
        /** Nobody could be asked; whoever asks must not be answered. */
        UNDECIDED
    }

    Decision decide(Caller caller, ReviewedAction action);
}
