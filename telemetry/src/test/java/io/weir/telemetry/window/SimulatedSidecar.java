package io.weir.telemetry.window;

import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.ingest.Intake;
import io.weir.telemetry.ingest.Push;
import io.weir.telemetry.ingest.Push.Counter;
import io.weir.telemetry.ingest.Push.Histogram;
import io.weir.telemetry.ingest.Push.Kind;
import io.weir.telemetry.ingest.Series;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts and pushes as an Envoy does: counters since its start, histograms of the time since the last push. */
final class SimulatedSidecar {

    static final Outcome OK = new Outcome(200, Outcome.NOT_GRPC);
    static final Outcome FAILED = new Outcome(503, Outcome.NOT_GRPC);

    private final ProxyIdentity identity;
    private final HandClock clock;
    private final Map<Counter.Id, Long> counters = new LinkedHashMap<>();
    private final Map<Series, long[]> latencies = new LinkedHashMap<>();
    private final Set<Series> leftOut = new HashSet<>();
    private Instant started;
    private Intake.@Nullable Reports reports;

    SimulatedSidecar(String namespace, String name, HandClock clock) {
        this.identity = new ProxyIdentity(namespace, name, name, "uid-" + name);
        this.clock = clock;
        this.started = clock.instant();
    }

    static Series callTo(String peer) {
        return new Series(Reporter.SOURCE, "shop/web/8080", "outbound/shop/web-v1/8080", "", peer, "");
    }

    static Series calledFrom(String peer) {
        return new Series(Reporter.DESTINATION, "", "", "8080", peer, "");
    }

    void connect(Intake intake) {
        reports = intake.opened(identity);
    }

    void disconnect() {
        if (reports != null) {
            reports.closed();
        }
    }

    void cannotCount() {
        if (reports != null) {
            reports.cannotCount();
        }
    }

    /** The process is another from now on, all counts are gone. */
    void restart() {
        started = clock.instant();
        counters.clear();
        latencies.clear();
    }

    void requests(Series series, Outcome outcome, int count) {
        leftOut.remove(series);
        counters.merge(new Counter.Id(series, Kind.REQUESTS, outcome), (long) count, Long::sum);
        latencies.computeIfAbsent(series, _ -> new long[EdgeStats.LATENCY_BUCKETS_MS.size() + 1])[3] += count;
    }

    /** So many of the requests would have been denied. */
    void wouldBeDenied(Series series, int count) {
        counters.merge(new Counter.Id(series, Kind.WOULD_BE_DENIED, null), (long) count, Long::sum);
    }

    void bytes(Series series, int count) {
        leftOut.remove(series);
        counters.merge(new Counter.Id(series, Kind.CONNECTIONS, null), 1L, Long::sum);
        counters.merge(new Counter.Id(series, Kind.SENT_BYTES, null), (long) count, Long::sum);
        counters.merge(new Counter.Id(series, Kind.RECEIVED_BYTES, null), 2L * count, Long::sum);
    }

    /** Lets go of a series' counters, as Envoy does when they were not used for long. */
    void letGo(Series series) {
        counters.keySet().removeIf(id -> id.series().equals(series));
    }

    /** Leaves a series' counters out of pushes until they are used again, as Envoy does after an eviction. */
    void leaveOut(Series series) {
        leftOut.add(series);
    }

    void push() {
        List<Counter> counted = new ArrayList<>();
        counters.forEach((id, value) -> {
            if (!leftOut.contains(id.series())) {
                counted.add(new Counter(id, value));
            }
        });
        List<Histogram> histograms = new ArrayList<>();
        latencies.forEach((series, counts) ->
                histograms.add(new Histogram(series, new Latencies(counts, 4.0 * counts[3]))));
        latencies.clear();
        if (reports == null) {
            throw new IllegalStateException("not connected");
        }
        // Envoy tells whole seconds.
        // As Envoy tells it: from one whole second to another.
        Duration uptime = Duration.ofSeconds(clock.instant().getEpochSecond() - started.getEpochSecond());
        reports.pushed(new Push(clock.instant(), uptime, counted, histograms), 0);
    }
}
