package io.weir.bench;

import io.weir.bench.client.Arrivals;
import io.weir.bench.client.Fleet;
import io.weir.bench.client.Needle;
import io.weir.bench.server.Cost;
import io.weir.bench.server.LocalProcess;
import java.io.IOException;
import java.time.Duration;

/**
 * One change of a weight, seen by every client.
 *
 * @param millis for each client from just before the change was written until it had the new weight
 * @param answered milliseconds until whoever keeps the mesh had taken it: the API server, the file system, or a command
 * @param cpu seconds of the server, from then until the spacing was over
 * @param driverCpu seconds of the clients in the same time
 * @param wire bytes that came to all clients in the same time
 */
record WeightChange(Distribution millis, double answered, double cpu, double driverCpu, long wire) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Makes it, and waits for the first clients to get it, and then some.
     *
     * @throws IOException if one of them does not get it
     */
    static WeightChange make(Fleet fleet, int clients, Weights weights, Cost server, int round, Duration spacing)
            throws IOException, InterruptedException {
        Needle weight = weights.needle(round);
        Arrivals arrivals = new Arrivals(clients);
        fleet.watch((client, kind, message, nanos) -> {
            if (client < clients && weights.mayBeIn(kind) && weight.isIn(message)) {
                arrivals.arrived(client, nanos);
            }
        });
        double cpu = server.cpuSeconds();
        double driver = LocalProcess.own().cpuSeconds();
        long wire = fleet.wireBytes();
        long written = weights.weigh(round);
        double answered = (System.nanoTime() - written) / 1e6;
        if (!arrivals.await(PATIENCE)) {
            throw new IOException(arrivals.missing() + " of " + clients + " clients did not get weight "
                    + weights.weight(round) + " within " + PATIENCE.toSeconds() + " s; ended: " + fleet.reasons());
        }
        Thread.sleep(spacing);
        return new WeightChange(
                Distribution.of(arrivals.millisSince(written)),
                answered,
                server.cpuSeconds() - cpu,
                LocalProcess.own().cpuSeconds() - driver,
                fleet.wireBytes() - wire);
    }
}
