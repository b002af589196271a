package io.weir.telemetry.denial;

import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Party;
import java.time.Instant;

/**
 * A request or connection that policy denied, or would have.
 *
 * @param number counts from 1 in the order of arrival
 * @param at when it began
 * @param source who called; known by its certificate if {@code proven}, else only by its address
 * @param proven whether the caller proved who it is
 * @param port of the destination; 0 for one that nobody declared
 * @param method of HTTP; empty for one that Envoy has no name for, and of TCP
 * @param authority of HTTP: whom the caller meant to call
 * @param path of HTTP, without its query
 */
public record Denial(
        long number,
        Instant at,
        Kind kind,
        Party source,
        boolean proven,
        Party destination,
        int port,
        Protocol protocol,
        String method,
        String authority,
        String path) {

    /** How much came of it. */
    public enum Kind {
        /** It was refused. */
        DENIED,
        /** It was refused, and would not be if what is tried out were in force. */
        DENIED_BUT_AUDITED,
        /** It passed, and would not in deny mode. */
        WOULD_BE_DENIED
    }
}
