package io.weir.smi;

/**
 * One thing wrong with an object.
 *
 * @param code {@code WEIR1} and two digits, stable; listed in {@link io.weir.smi.validate}
 * @param field JSON path in the version the object was written in, such as {@code spec.backends[1].weight}
 * @param message what is wrong, as one sentence
 * @param fix what to do about it, as one sentence
 */
public record Violation(Severity severity, String code, String field, String message, String fix) {

    /** What admission does with it: an error refuses the object, a warning lets it through and says so. */
    public enum Severity {
        ERROR,
        WARNING
    }
}
