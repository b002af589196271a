package io.weir.telemetry.model;

import java.util.Comparator;
import java.util.Set;

/**
 * How a request ended.
 *
 * @param responseCode of HTTP; 0 where there was no response, as after a reset
 * @param grpcStatus -1 for a call that is not gRPC's
 */
public record Outcome(int responseCode, int grpcStatus) implements Comparable<Outcome> {

    public static final int NOT_GRPC = -1;

    /** Statuses by which a server tells a client that the client is wrong, and OK. */
    private static final Set<Integer> NO_FAULT_OF_THE_SERVER = Set.of(0, 1, 3, 5, 6, 7, 9, 11, 16);

    private static final Comparator<Outcome> ORDER =
            Comparator.comparingInt(Outcome::responseCode).thenComparingInt(Outcome::grpcStatus);

    /** SMI leaves it open; we count HTTP below 500, and of gRPC OK and the client's faults (M7). */
    public boolean success() {
        return grpcStatus == NOT_GRPC
                ? responseCode > 0 && responseCode < 500
                : responseCode > 0 && responseCode < 500 && NO_FAULT_OF_THE_SERVER.contains(grpcStatus);
    }

    @Override
    public int compareTo(Outcome other) {
        return ORDER.compare(this, other);
    }
}
