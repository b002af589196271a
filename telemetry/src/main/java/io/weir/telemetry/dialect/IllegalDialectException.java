package io.weir.telemetry.dialect;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Somebody asked for a dialect that there isn't. */
public final class IllegalDialectException extends Exception {

    private static final long serialVersionUID = 1;

    private final String name;

    IllegalDialectException(String name) {
        this.name = name;
    }

    @Override
    public String getMessage() {
        return "there is no dialect '" + name + "'; there are "
                + Stream.of(Dialect.values()).map(Dialect::toString).collect(Collectors.joining(", "));
    }
}
