package io.weir.telemetry.ingest;

import io.weir.telemetry.model.Edge.Reporter;

/**
 * What tells an edge from others of one sidecar, as text from its statistics; empty where a sidecar says nothing.
 *
 * @param service that was called, {@code shop/web/8080}
 * @param cluster that was taken, {@code outbound/shop/web-v1/8080}
 * @param port of the workload that was called, at the destination
 * @param peer address of the other end
 * @param peerId SPIFFE ID that the other end proved
 */
public record Series(Reporter reporter, String service, String cluster, String port, String peer, String peerId) {

    /** For what can't be told apart any more. */
    public static Series unknown(Reporter reporter) {
        return new Series(reporter, "", "", "", "", "");
    }
}
