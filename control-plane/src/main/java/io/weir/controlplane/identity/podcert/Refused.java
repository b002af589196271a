package io.weir.controlplane.identity.podcert;

import java.io.Serial;

/** A request gets no certificate. What is said goes into its status, where people look: it names the field and the fix. */
final class Refused extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final String reason;

    /** As the API has it. */
    enum Kind {
        /** It may not have one. */
        DENIED("Denied"),
        /** It could have one, but can't be given it. */
        FAILED("Failed");

        private final String condition;

        Kind(String condition) {
            this.condition = condition;
        }

        String condition() {
            return condition;
        }
    }

    private Refused(Kind kind, String reason, String message) {
        super(message);
        this.kind = kind;
        this.reason = reason;
    }

    static Refused denied(String reason, String message) {
        return new Refused(Kind.DENIED, reason, message);
    }

    static Refused failed(String reason, String message) {
        return new Refused(Kind.FAILED, reason, message);
    }

    Kind kind() {
        return kind;
    }

    /** One word. */
    String reason() {
        return reason;
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
