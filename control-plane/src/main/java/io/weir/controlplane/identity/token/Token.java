package io.weir.controlplane.identity.token;

import java.time.Instant;

/**
 * A token as text; secret.
 *
 * @param value without the word Bearer
 */
public record Token(String value, Instant expires) {

    @Override
    public String toString() {
        return "Token[until " + expires + "]";
    }
}
