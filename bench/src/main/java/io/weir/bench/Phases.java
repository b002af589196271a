package io.weir.bench;

import io.weir.bench.client.Fleet;
import io.weir.bench.server.Cost;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What is measured in the same way of every server, whoever keeps its mesh. */
record Phases(Settings settings, Recorder recorder) {

    static final Duration PATIENCE = Duration.ofMinutes(5);

    /** All clients connect at once. */
    void connect(Fleet fleet, Cost server) throws IOException, InterruptedException {
        double cpu = server.cpuSeconds();
        long started = System.nanoTime();
        fleet.connect();
        awaitReady(fleet);
        Distribution ready = Distribution.of(fleet.ready().millisSince(started));
        Thread.sleep(settings.spacing());
        recorder.read(Quantity.CONNECT_LAST, ready.highest() / 1e3);
        recorder.read(Quantity.CONNECT_CPU, server.cpuSeconds() - cpu);
        recorder.read(Quantity.CONNECT_REFUSED, fleet.refused());
        recorder.read(Quantity.CONNECT_BYTES, fleet.responseBytes() / 1e3 / fleet.size());
    }

    /** @throws IOException if a client does not get what it asks for */
    static void awaitReady(Fleet fleet) throws IOException, InterruptedException {
        if (!fleet.ready().await(PATIENCE)) {
            throw new IOException(fleet.ready().missing() + " of " + fleet.size() + " clients were not ready after "
                    + PATIENCE.toSeconds() + " s; ended: " + fleet.reasons());
        }
    }

    /** Nothing changes. */
    void rest(Cost server) throws IOException, InterruptedException {
        double cpu = server.cpuSeconds();
        long began = System.nanoTime();
        Thread.sleep(settings.spacing().multipliedBy(3));
        recorder.read(Quantity.STEADY_CPU, 100 * (server.cpuSeconds() - cpu) * 1e9 / (System.nanoTime() - began));
        recorder.read(Quantity.RSS, server.rssMb());
    }

    /** Weights have changed. */
    void weights(List<WeightChange> seen) {
        recorder.read(Quantity.WEIGHT_CPU, median(seen, WeightChange::cpu));
        recorder.read(
                Quantity.WEIGHT_P50, median(seen, change -> change.millis().median()));
        recorder.read(
                Quantity.WEIGHT_P99, median(seen, change -> change.millis().quantile(0.99)));
        recorder.read(
                Quantity.WEIGHT_LAST, median(seen, change -> change.millis().highest()));
        recorder.read(Quantity.WEIGHT_WIRE, median(seen, change -> change.wire() / 1e6));
        recorder.read(Quantity.WEIGHT_DRIVER_CPU, median(seen, WeightChange::driverCpu));
    }

    static double median(List<WeightChange> changes, ToDoubleFunction<WeightChange> value) {
        return Distribution.of(changes.stream().mapToDouble(value).toArray()).median();
    }

    /** Whether connections have ended, and why. */
    void losses(Fleet fleet, int expected) {
        recorder.read(Quantity.LOST, fleet.lost() - expected);
        fleet.reasons().forEach((reason, count) -> recorder.say(count + " streams ended: " + reason));
    }
}
