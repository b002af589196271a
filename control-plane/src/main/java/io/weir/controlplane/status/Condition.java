package io.weir.controlplane.status;

/**
 * A condition of an object, without what only a cluster knows: when it came to be.
 *
 * @param reason one word
 * @param message for people
 */
record Condition(Aspect type, Status status, String reason, String message) {

    /** What is said, in the order in which it is written. */
    enum Aspect {
        ACCEPTED("Accepted"),
        RESOLVED_REFS("ResolvedRefs"),
        CONFLICTED("Conflicted"),
        PROGRAMMED("Programmed"),
        ENFORCED("Enforced");

        private final String word;

        Aspect(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    enum Status {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** Kubernetes takes more, and nobody reads more. */
    private static final int LONGEST = 2_000;

    Condition {
        message = message.length() > LONGEST ? message.substring(0, LONGEST - 3) + "..." : message;
    }
}
