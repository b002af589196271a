package io.weir.controlplane.explain;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * May {@code from} send this to a Service?
 *
 * @param port the Service's port number; null: its only port, else 80
 * @param transport which of two ports with that number; null: TCP before UDP
 * @param request what is sent where the port speaks HTTP; elsewhere it is not looked at
 */
public record Question(
        Identity from,
        ServiceKey to,
        @Nullable Integer port,
        @Nullable Transport transport,
        Request request) {

    /**
     * An HTTP request as the caller's app sends it.
     *
     * @param path with its query, not normalised
     * @param headers in order; a name may come twice
     */
    public record Request(String method, String path, List<Header> headers) {
        public Request {
            headers = List.copyOf(headers);
        }

        /** {@code GET /} without headers. */
        public static Request get() {
            return new Request("GET", "/", List.of());
        }
    }

    /**
     * Something that arrived at a sidecar, whichever way it came.
     *
     * @param caller who calls; null if nobody knows
     * @param plaintext it came without a sidecar
     * @param port of the workload
     * @param request with the path as the sidecar saw it; of no account for TCP
     * @param authority whom the caller meant to call, as HTTP says it; empty if unknown
     */
    public record Arrival(
            @Nullable Identity caller,
            boolean plaintext,
            WorkloadKey destination,
            int port,
            Request request,
            String authority) {}

    /** One header line. */
    public record Header(String name, String value) {}
}
