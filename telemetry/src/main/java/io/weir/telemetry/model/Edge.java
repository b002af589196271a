package io.weir.telemetry.model;

import io.weir.controlplane.model.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * A direction in which traffic goes, as one of its ends saw it.
 *
 * @param service what the source called, the root of a split where there is one; null at the destination, which can't know
 * @param backend the service whose endpoint was taken; null at the destination, and where no backend was found
 * @param mtls whether the connection between both ends was mutual TLS
 */
public record Edge(
        Reporter reporter,
        Party source,
        Party destination,
        @Nullable ServiceKey service,
        @Nullable ServiceKey backend,
        Protocol protocol,
        boolean mtls) {

    /** Which end tells. The same request is told by both: adding the two counts it twice. */
    public enum Reporter {
        SOURCE,
        DESTINATION
    }

    /** What the sidecar spoke. */
    public enum Protocol {
        HTTP,
        GRPC,
        TCP
    }

    /** The end that tells. */
    public Party self() {
        return reporter == Reporter.SOURCE ? source : destination;
    }

    /** The other one. */
    public Party peer() {
        return reporter == Reporter.SOURCE ? destination : source;
    }
}
