package io.weir.bench;

import io.weir.bench.client.Fleet;
import io.weir.bench.client.Kind;
import io.weir.bench.client.MovingAddress;
import io.weir.bench.mesh.Mesh;
import io.weir.bench.server.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.DoubleStream;

/**
 * One endpoint that moves all the time. Each address says which move it was, so that for every move and every client it
 * is known how long the client had an older one; a move that a client is never told of because the next one has
 * overtaken it counts until then.
 *
 * @param staleness milliseconds, for each move and client
 * @param moves how many
 * @param cpu share of a core that the server took
 * @param rate moves a second that were really made
 */
record Churn(Distribution staleness, int moves, double cpu, double rate) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Moves the endpoint for a while.
     *
     * @param first one more than the last move that was made before
     * @throws IOException if a client does not end up with the last address
     */
    static Churn make(Fleet fleet, Mesh mesh, ServerProcess server, Settings settings, int first)
            throws IOException, InterruptedException {
        int moves = (int) (settings.churn().toMillis() * settings.churnRate() / 1000);
        AtomicLongArray written = new AtomicLongArray(moves);
        CountDownLatch behind = new CountDownLatch(fleet.size());
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < fleet.size(); i++) {
            clients.add(new Client(new double[moves], behind));
        }
        fleet.watch((client, kind, message, nanos) -> {
            int seen = kind == Kind.ENDPOINT ? MovingAddress.in(message) - first : -1;
            if (seen >= 0) {
                clients.get(client).saw(seen, nanos, written);
            }
        });
        double cpu = server.cpuSeconds();
        long began = System.nanoTime();
        for (int move = 0; move < moves; move++) {
            long due = began + move * TimeUnit.SECONDS.toNanos(1) / settings.churnRate();
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            written.set(move, System.nanoTime());
            mesh.move(first + move);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (!behind.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException(behind.getCount() + " of " + fleet.size()
                    + " clients do not have the last address; ended: " + fleet.reasons());
        }
        double used = server.cpuSeconds() - cpu;
        double[] all = clients.stream().flatMapToDouble(Client::staleness).toArray();
        return new Churn(Distribution.of(all), moves, used / seconds, moves / seconds);
    }

    /** What one client has seen; on its own thread alone, until it has seen the last move. */
    private static final class Client {

        private final double[] staleness;
        private final CountDownLatch behind;
        private int next;

        Client(double[] staleness, CountDownLatch behind) {
            this.staleness = staleness;
            this.behind = behind;
        }

        void saw(int move, long nanos, AtomicLongArray written) {
            for (; next <= move && next < staleness.length; next++) {
                staleness[next] = (nanos - written.get(next)) / 1e6;
                if (next == staleness.length - 1) {
                    behind.countDown();
                }
            }
        }

        DoubleStream staleness() {
            return Arrays.stream(staleness);
        }
    }
}
