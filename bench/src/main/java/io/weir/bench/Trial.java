package io.weir.bench;

import io.weir.bench.client.Arrivals;
import io.weir.bench.client.Fleet;
import io.weir.bench.mesh.Mesh;
import io.weir.bench.server.Contender;
import io.weir.bench.server.RealEnvoy;
import io.weir.bench.server.ServerProcess;
import io.weir.bench.server.Serving;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One repetition with one contender: started fresh, loaded, changed, ended. */
final class Trial {

    private static final Duration ENVOYS_PATIENCE = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final Duration BETWEEN_CHANGES_FOR_ONE = Duration.ofMillis(200);

    private final Contender contender;
    private final Settings settings;
    private final Mesh mesh;
    private final Path home;
    private final Changes changes;
    private final Readings readings = new Readings();
    private final Phases phases;

    /**
     * @param home an empty folder
     * @param changes that the mesh has seen so far
     */
    Trial(Contender contender, Settings settings, Mesh mesh, Path home, Changes changes, Progress progress) {
        this.contender = contender;
        this.settings = settings;
        this.mesh = mesh;
        this.home = home;
        this.changes = changes;
        this.phases = new Phases(settings, new Recorder(contender.name(), readings, progress));
    }

    Readings run() throws IOException, InterruptedException {
        Serving serving = contender.start(mesh, home);
        try {
            read(Quantity.READY, serving.secondsToReady());
            Thread.sleep(settings.spacing());
            read(Quantity.IDLE_RSS, serving.process().rssMb());
            if (settings.alone() > 0) {
                alone(serving);
            }
            try (Fleet fleet =
                    new Fleet(serving.target(), settings.protocol(), serving.clients(), settings.threads())) {
                phases.connect(fleet, serving.process());
                phases.rest(serving.process());
                weights(fleet, serving);
                if (!settings.churn().isZero()) {
                    churn(fleet, serving.process());
                }
                read(Quantity.PEAK_RSS, serving.process().peakRssMb());
                read(Quantity.LONGEST_PAUSE, serving.process().longestPauseMillis());
                for (int i = 0; i < settings.restarts(); i++) {
                    serving.process().kill();
                    serving = restart(fleet);
                }
                if (settings.stuck() > 0) {
                    stuck(fleet, serving.process());
                }
                phases.losses(fleet, settings.restarts() * fleet.size());
            }
        } finally {
            serving.close();
        }
        return readings;
    }

    private void alone(Serving serving) throws IOException, InterruptedException {
        try (Fleet one = new Fleet(
                serving.target(), settings.protocol(), serving.clients().subList(0, 1), 1)) {
            one.connect();
            Phases.awaitReady(one);
            List<WeightChange> seen = new ArrayList<>();
            for (int i = 0; i < settings.alone(); i++) {
                seen.add(changes.weight(one, 1, mesh, serving.process(), BETWEEN_CHANGES_FOR_ONE));
            }
            read(Quantity.ALONE, Phases.median(seen, change -> change.millis().highest()));
            read(Quantity.ALONE_ANSWERED, Phases.median(seen, WeightChange::answered));
        }
    }

    private void weights(Fleet fleet, Serving serving) throws IOException, InterruptedException {
        List<WeightChange> seen = new ArrayList<>();
        List<RealEnvoy> envoys = new ArrayList<>();
        try {
            if (serving.envoys() == null && settings.envoys() > 0) {
                phases.recorder().say("no real Envoys are run beside the clients");
            }
            for (int i = 0; serving.envoys() != null && i < settings.envoys(); i++) {
                envoys.add(serving.envoys().start(i));
            }
            awaitLastWeight(envoys);
            for (int i = 0; i < settings.changes(); i++) {
                seen.add(changes.weight(fleet, fleet.size(), mesh, serving.process(), settings.spacing()));
            }
            if (!envoys.isEmpty()) {
                read(Quantity.ENVOYS_WRONG, (double) awaitLastWeight(envoys));
            }
        } finally {
            envoys.forEach(RealEnvoy::close);
        }
        phases.weights(seen);
    }

    /** How many never get it. */
    private long awaitLastWeight(List<RealEnvoy> envoys) throws InterruptedException {
        long end = System.nanoTime() + ENVOYS_PATIENCE.toNanos();
        long wrong = 1;
        while (wrong > 0 && System.nanoTime() - end < 0) {
            wrong = envoys.stream()
                    .filter(envoy -> envoy.weight() != changes.lastWeight())
                    .count();
            Thread.sleep(50);
        }
        return wrong;
    }

    private void churn(Fleet fleet, ServerProcess server) throws IOException, InterruptedException {
        Churn churn = changes.churn(fleet, mesh, server, settings);
        read(Quantity.CHURN_P99, churn.staleness().quantile(0.99));
        read(Quantity.CHURN_CPU, 100 * churn.cpu());
        read(Quantity.CHURN_RATE, churn.rate());
    }

    /** Clients that come back say what they have. They are all served when a change reaches them all. */
    private Serving restart(Fleet fleet) throws IOException, InterruptedException {
        long bytes = fleet.responseBytes();
        long began = System.nanoTime();
        Arrivals back = fleet.openedAgain();
        Serving again = contender.start(mesh, home);
        try {
            if (!back.await(Phases.PATIENCE)) {
                throw new IOException(back.missing() + " of " + fleet.size() + " clients did not come back");
            }
            awaitQuiet(fleet);
            read(Quantity.AGAIN_LAST, Distribution.of(back.millisSince(began)).highest() / 1e3);
            read(Quantity.AGAIN_CPU, again.process().cpuSeconds());
            read(Quantity.AGAIN_BYTES, (fleet.responseBytes() - bytes) / 1e3 / fleet.size());
            changes.weight(fleet, fleet.size(), mesh, again.process(), settings.spacing());
            return again;
        } catch (IOException | InterruptedException | RuntimeException e) {
            again.close();
            throw e;
        }
    }

    /** Until no client is told anything for a while. */
    private static void awaitQuiet(Fleet fleet) throws IOException, InterruptedException {
        long end = System.nanoTime() + Phases.PATIENCE.toNanos();
        long quietSince = System.nanoTime();
        long bytes = fleet.responseBytes();
        while (System.nanoTime() - quietSince < QUIET.toNanos()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("clients are told something all the time; ended: " + fleet.reasons());
            }
            Thread.sleep(QUIET.dividedBy(10));
            long now = fleet.responseBytes();
            quietSince = now == bytes ? quietSince : System.nanoTime();
            bytes = now;
        }
    }

    private void stuck(Fleet fleet, ServerProcess server) throws IOException, InterruptedException {
        int reading = fleet.size() - settings.stuck();
        double before = p99(fleet, reading, server, Math.ceilDiv(settings.stuckChanges(), 10));
        double rss = server.rssMb();
        fleet.stopReading(settings.stuck());
        double after = p99(fleet, reading, server, settings.stuckChanges());
        read(Quantity.STUCK_RSS, server.rssMb() - rss);
        read(Quantity.STUCK_P99, 100 * (after / before - 1));
    }

    private double p99(Fleet fleet, int reading, ServerProcess server, int count)
            throws IOException, InterruptedException {
        List<WeightChange> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seen.add(changes.weight(fleet, reading, mesh, server, Duration.ZERO));
        }
        return Phases.median(seen, change -> change.millis().quantile(0.99));
    }

    private void read(Quantity quantity, double value) {
        phases.recorder().read(quantity, value);
    }
}
