package io.weir.cli;

/** A command can't do what it was asked to. Says what is wrong and what to do next; exit code 1. */
final class Failure extends RuntimeException {

    private final String next;

    /** @param next what to do or run, as a sentence */
    Failure(String message, String next) {
        super(message, null, false, false);
        this.next = next;
    }

    String next() {
        return next;
    }
}
