package io.weir.controlplane.status;

import io.weir.controlplane.model.ObjectRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Something to report of an object.
 *
 * @param uid of the object
 */
record Occurrence(Kind kind, ObjectRef object, String uid, String reason, String message) {

    enum Kind {
        WARNING("Warning"),
        NORMAL("Normal");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    private static final String RESOLVED = "Resolved";
    private static final int LONGEST = 1_000;
    private static final int LONGEST_NAME = 220;

    Occurrence {
        message = message.length() > LONGEST ? message.substring(0, LONGEST - 3) + "..." : message;
    }

    /** What is said once when it is over. */
    Occurrence over() {
        return new Occurrence(Kind.NORMAL, object, uid, RESOLVED, reason + " is over: " + message);
    }

    boolean isOver() {
        return reason.equals(RESOLVED);
    }

    /** Equal for equal occurrences, on every replica: a new leader finds what the last one wrote. */
    String name() {
        String name = object.name();
        return (name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name) + "." + digest();
    }

    private String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {object.toString(), uid, kind.word(), reason, message}) {
                sha.update(part.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            return HexFormat.of().formatHex(sha.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
