package io.weir.telemetry.ingest;

import io.weir.telemetry.model.Edge.Protocol;
import java.time.Instant;

/**
 * One request or connection that arrived at a sidecar, as its access log tells. Texts are as short as {@link LogReader} makes
 * them, and empty where nothing is known.
 *
 * @param at when it began, by the sidecar's clock
 * @param port of the workload; 0 for one that nobody declared
 * @param peer the address that it came from
 * @param peerId the SPIFFE ID of the caller's certificate; proven only if the handshake did not fail
 * @param handshakeFailed the caller's certificate was not accepted
 * @param method of HTTP; empty for one that Envoy has no name for
 * @param path without its query
 * @param code of the response; 0 where there was none
 * @param enforced what the rules in force said
 * @param shadow what the rules that are tried out said
 */
public record LogEntry(
        Instant at,
        int port,
        Protocol protocol,
        String peer,
        String peerId,
        boolean handshakeFailed,
        String method,
        String authority,
        String path,
        int code,
        Judgement enforced,
        Judgement shadow) {

    /** What rules say. */
    public enum Judgement {
        /** They were not asked. */
        NONE,
        ALLOWED,
        DENIED
    }

    /** The SPIFFE ID that the caller proved to have; empty if it proved none. */
    public String provenId() {
        return handshakeFailed ? "" : peerId;
    }
}
