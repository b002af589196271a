package io.weir.controlplane.model;

import org.jspecify.annotations.Nullable;

/**
 * Something a person should know about an object they wrote.
 *
 * @param code stable, {@code WEIR} and three digits; listed in docs/diagnostics.md
 * @param object what it is about
 * @param field JSON path inside the object ({@code spec.backends[1].service}); empty: the object as a whole
 * @param message what is wrong, as one sentence
 * @param fix what to do about it, as one sentence
 * @param location file and line, where the object came from a file
 */
public record Diagnostic(
        Severity severity,
        String code,
        ObjectRef object,
        String field,
        String message,
        String fix,
        @Nullable Location location) {

    /** How bad it is: errors leave the object (or the named part of it) without effect. */
    public enum Severity {
        ERROR,
        WARNING,
        INFO
    }

    /** A place in a file; the line counts from 1. */
    public record Location(String file, int line) {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }
}
