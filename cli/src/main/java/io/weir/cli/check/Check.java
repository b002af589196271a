package io.weir.cli.check;

/**
 * What came of one look.
 *
 * @param description what should be so
 * @param error what is so instead; empty for {@link Result#SUCCESS}
 * @param hint what to do about it; empty for {@link Result#SUCCESS}
 */
public record Check(String description, Result result, String error, String hint) {

    /** How it is. */
    public enum Result {
        SUCCESS,
        WARNING,
        ERROR
    }

    static Check good(String description) {
        return new Check(description, Result.SUCCESS, "", "");
    }

    static Check warning(String description, String error, String hint) {
        return new Check(description, Result.WARNING, error, hint);
    }

    static Check error(String description, String error, String hint) {
        return new Check(description, Result.ERROR, error, hint);
    }
}
