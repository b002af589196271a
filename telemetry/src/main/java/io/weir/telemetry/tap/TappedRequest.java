package io.weir.telemetry.tap;

import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import java.time.Instant;
import java.util.List;

/**
 * A request that has ended, as the sidecar of one of its ends saw it; without header fields of the app's and without bodies.
 *
 * @param time when it began
 * @param direction from the end that tells
 * @param authority the host that it names
 * @param method empty where it is none of the usual ones
 * @param path with its query, if that is shown
 * @param code 0 where there was no response
 * @param grpcStatus {@link Outcome#NOT_GRPC} for what is not gRPC
 * @param flags why it failed in Envoy's short words, such as {@code UF}; none for most requests
 * @param details who answered, and why, in Envoy's words, such as {@code via_upstream}
 * @param durationMs from its first byte to the last of the response
 * @param requestBytes of its body
 * @param responseBytes of the response's body
 */
public record TappedRequest(
        Instant time,
        Direction direction,
        End source,
        End destination,
        String authority,
        String method,
        String path,
        int code,
        int grpcStatus,
        List<String> flags,
        String details,
        double durationMs,
        long requestBytes,
        long responseBytes) {

    public TappedRequest {
        flags = List.copyOf(flags);
    }

    /** Which way a request goes, seen from the workload whose sidecar tells. */
    public enum Direction {
        /** It arrived there. */
        INBOUND,
        /** It was sent there. */
        OUTBOUND
    }

    /**
     * One end.
     *
     * @param namespace empty for one outside of the mesh
     * @param pod empty if unknown
     * @param workload what owns the pod, else the pod; empty if unknown
     * @param serviceAccount empty if unknown
     * @param address without a port; empty if there was no connection
     */
    public record End(String namespace, String pod, String workload, String serviceAccount, String address) {

        static End of(Party party, String address) {
            Party.Owner owner = party.workload();
            return new End(
                    party.namespace(), party.pod(), owner == null ? "" : owner.name(), party.serviceAccount(), address);
        }
    }

    /** As {@code weir stat} counts it. */
    public Outcome outcome() {
        return new Outcome(code, grpcStatus);
    }

    TappedRequest withoutQuery() {
        int mark = path.indexOf('?');
        return mark < 0
                ? this
                : new TappedRequest(
                        time,
                        direction,
                        source,
                        destination,
                        authority,
                        method,
                        path.substring(0, mark),
                        code,
                        grpcStatus,
                        flags,
                        details,
                        durationMs,
                        requestBytes,
                        responseBytes);
    }
}
