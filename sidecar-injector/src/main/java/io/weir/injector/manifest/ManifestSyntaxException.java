package io.weir.injector.manifest;

/** A text can't be read, so that nobody knows whether there are pods in it. */
public final class ManifestSyntaxException extends RuntimeException {

    private final int line;

    /** @param line from 1 */
    ManifestSyntaxException(int line, String message) {
        super(message, null, false, false);
        this.line = line;
    }

    public int line() {
        return line;
    }
}
