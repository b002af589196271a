package io.weir.bench;

import io.weir.bench.client.Arrivals;
import io.weir.bench.client.Fleet;
import io.weir.bench.client.Kind;
import io.weir.bench.client.Needle;
import io.weir.bench.mesh.Manifests;
import io.weir.bench.mesh.Mesh;
import io.weir.bench.server.ServerProcess;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.xds.translate.Names;
import java.io.IOException;
import java.time.Duration;

/**
 * One change of a weight, seen by every client.
 *
 * @param millis for each client from just before the change was written until it had the new weight
 * @param answered milliseconds until whoever keeps the mesh had taken it: the API server, or the file system
 * @param cpu seconds of the server, from then until the spacing was over
 * @param driverCpu seconds of the clients in the same time
 * @param wire bytes that came to all clients in the same time
 */
record WeightChange(Distribution millis, double answered, double cpu, double driverCpu, long wire) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BACKEND =
            Names.outbound(new ServicePortKey(new ServiceKey("bench-0", "front-a"), 80, Transport.TCP));

    /**
     * Makes it, and waits for the first clients to get it, and then some.
     *
     * @throws IOException if one of them does not get it
     */
    static WeightChange make(Fleet fleet, int clients, Mesh mesh, ServerProcess server, int round, Duration spacing)
            throws IOException, InterruptedException {
        Needle weight = Needle.weight(BACKEND, Manifests.weight(round));
        Arrivals arrivals = new Arrivals(clients);
        fleet.watch((client, kind, message, nanos) -> {
            if (client < clients && kind == Kind.ROUTE && weight.isIn(message)) {
                arrivals.arrived(client, nanos);
            }
        });
        double cpu = server.cpuSeconds();
        double driver = ServerProcess.cpuSecondsOf(ProcessHandle.current().pid());
        long wire = fleet.wireBytes();
        long written = mesh.weigh(round);
        double answered = (System.nanoTime() - written) / 1e6;
        if (!arrivals.await(PATIENCE)) {
            throw new IOException(arrivals.missing() + " of " + clients + " clients did not get weight "
                    + Manifests.weight(round) + " within " + PATIENCE.toSeconds() + " s; ended: " + fleet.reasons());
        }
        Thread.sleep(spacing);
        return new WeightChange(
                Distribution.of(arrivals.millisSince(written)),
                answered,
                server.cpuSeconds() - cpu,
                ServerProcess.cpuSecondsOf(ProcessHandle.current().pid()) - driver,
                fleet.wireBytes() - wire);
    }
}
