package io.weir.telemetry.window;

import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.Intake;
import io.weir.telemetry.ingest.Push;
import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that sidecars told, and whether it is all that happened. A window ends when the last of the sidecars that report did so,
 * and holds at least what happened in it: pushes come every few seconds, so it may begin a few seconds early, and by as much
 * earlier as stretches of {@link Timeline} are longer. Where nothing happens around its beginning it is exact.
 */
public final class EdgeStore implements Readings, Intake {

    static final long PUSH_MS = EdgeStats.PUSH_SECONDS * 1_000L;

    /** After which a sidecar that reports is late: windows wait for it. */
    static final long LATE_MS = 3 * PUSH_MS;

    /** After which it is silent: windows no longer wait, or one lost sidecar would stop every canary. */
    static final long SILENT_MS = 60_000;

    /** For how long after the start those sidecars are waited for that were there already. */
    static final long SETTLE_MS = 30_000;

    private static final long SWEEP_MS = 30_000;

    private final InstantSource clock;
    private final EdgeResolver resolver;
    private final Limits limits;
    private final long startedMs;
    private final Timeline timeline;
    private final EdgeTable table;
    private final GapList gaps = new GapList();
    private final StayList stays = new StayList();
    private final String id = UUID.randomUUID().toString();
    private final Map<WorkloadKey, Sidecar> sidecars = new HashMap<>();

    /** Sidecars that should report, since when they are there. */
    private final Map<WorkloadKey, Long> expected = new HashMap<>();

    private Inventory inventory = Inventory.EMPTY;
    private boolean hasInventory;
    private long nowMs;
    private long sweptMs;
    private long samples;
    private long unreadable;

    public EdgeStore(InstantSource clock, EdgeResolver resolver, Limits limits) {
        this.clock = clock;
        this.resolver = resolver;
        this.limits = limits;
        this.startedMs = clock.millis();
        this.nowMs = startedMs;
        this.sweptMs = startedMs;
        this.timeline = new Timeline(limits.bytes(), limits.longest().toMillis(), startedMs);
        this.table = new EdgeTable(limits.edges(), limits.keepGone().toMillis());
    }

    /**
     * What there is now.
     *
     * @param inventory a new object only if it has changed: edges are looked up again then
     * @param withSidecar all pods that should report
     */
    public synchronized void changed(Inventory inventory, Set<WorkloadKey> withSidecar) {
        advance();
        this.inventory = inventory;
        long since = hasInventory ? nowMs : startedMs;
        hasInventory = true;
        expected.keySet().retainAll(withSidecar);
        withSidecar.forEach(key -> expected.putIfAbsent(key, since));
    }

    @Override
    public synchronized Reports opened(ProxyIdentity identity) {
        advance();
        Sidecar known = sidecars.get(identity.workloadKey());
        // A later pod of the same name is another sidecar, whose counters begin at 0.
        Sidecar sidecar = known != null && known.identity().equals(identity)
                ? known
                : new Sidecar(identity, shared(), new SidecarEdges(identity, resolver, table));
        if (known != null && known != sidecar) {
            known.closeStay();
        }
        sidecars.put(identity.workloadKey(), sidecar);
        sidecar.opened(nowMs);
        return new Stream(sidecar);
    }

    private Sidecar.Shared shared() {
        return new Sidecar.Shared(limits, startedMs, timeline, gaps, stays::add);
    }

    private final class Stream implements Reports {

        private final Sidecar sidecar;
        private boolean over;

        Stream(Sidecar sidecar) {
            this.sidecar = sidecar;
        }

        @Override
        public void pushed(Push push, long notRead) {
            synchronized (EdgeStore.this) {
                if (!over) {
                    advance();
                    samples += push.counters().size();
                    unreadable += notRead;
                    sidecar.pushed(push, inventory, nowMs);
                }
            }
        }

        @Override
        public void cannotCount() {
            synchronized (EdgeStore.this) {
                sidecar.cannotCount();
            }
        }

        @Override
        public void closed() {
            synchronized (EdgeStore.this) {
                if (!over) {
                    over = true;
                    sidecar.closed();
                }
            }
        }
    }

    @Override
    public synchronized Answer window(Duration window) {
        advance();
        long windowMs = window.toMillis();
        if (windowMs <= 0 || windowMs > limits.longest().toMillis()) {
            throw new IllegalArgumentException("a window is longer than nothing and at most " + limits.longest());
        }
        Late late = late();
        if (late != null) {
            return new Answer.Incomplete(late.reason(), Duration.ofMillis(late.retryMs()));
        }
        long endMs = told();
        long startMs = endMs - windowMs;
        Timeline.Span first = timeline.spanAt(startMs);
        Gap gap = gaps.spoiling(startMs, first.fromMs(), this::isAwaited);
        if (gap != null) {
            return new Answer.Incomplete(reason(gap), Duration.ofMillis(untilMs(gap, first) - startMs));
        }
        long horizon = Math.max(timeline.horizon(), gaps.horizon());
        if (startMs < horizon) {
            return new Answer.Incomplete(
                    "no more than the last "
                            + Duration.ofMillis(nowMs - horizon).toSeconds() + " s are kept",
                    Duration.ofMillis(horizon - startMs));
        }
        return new Answer.Complete(
                Instant.ofEpochMilli(endMs - coveredMs(first.fromMs(), startMs, endMs)),
                Instant.ofEpochMilli(endMs),
                since(startMs));
    }

    /**
     * How much time of a sidecar is in what was told from a moment on, in the mean of all of them: from its push before that
     * until its last one.
     *
     * @param fromMs when the first stretch of the window begins
     */
    private long coveredMs(long fromMs, long startMs, long endMs) {
        return Math.round(sidecars.values().stream()
                .filter(sidecar -> sidecar.reports(nowMs) && sidecar.silentMs(nowMs) <= LATE_MS)
                .mapToLong(sidecar -> Part.coveredMs(nowMs - sidecar.silentMs(nowMs) - fromMs))
                .average()
                .orElse((double) (endMs - startMs)));
    }

    /**
     * What is known here, for whoever asks several stores.
     *
     * @param startMs from when on it is to be told what was told here; null: nothing
     * @param lostMs when another store was last seen to go
     */
    public synchronized Part part(@Nullable Long startMs, long lostMs) {
        advance();
        List<Part.Heard> heard = new ArrayList<>();
        List<Part.Stay> all = new ArrayList<>(stays.all());
        sidecars.forEach((key, sidecar) -> {
            heard.add(sidecar.heardOf(nowMs));
            Part.Stay present = sidecar.stay();
            if (present != null) {
                all.add(present);
            }
        });
        long horizon = Math.max(timeline.horizon(), Math.max(gaps.horizon(), stays.horizon()));
        return new Part(id, nowMs, startedMs, horizon, lostMs, heard, all, startMs == null ? null : told(startMs));
    }

    private Part.Since told(long startMs) {
        Timeline.Span first = timeline.spanAt(startMs);
        Gap gap = gaps.spoiling(startMs, first.fromMs(), this::isAwaited);
        Part.Spoilt spoilt = gap == null ? null : new Part.Spoilt(reason(gap), untilMs(gap, first));
        return new Part.Since(startMs, first.fromMs(), spoilt, spoilt == null ? since(startMs) : Map.of());
    }

    private String reason(Gap gap) {
        return gap.sidecar() + " is known only since "
                + Duration.ofMillis(nowMs - gap.toMs()).toSeconds() + " s ago";
    }

    private static long untilMs(Gap gap, Timeline.Span first) {
        return gap.told() ? Math.max(gap.toMs(), first.toMs()) : gap.toMs();
    }

    /** When it began to listen, in milliseconds since the epoch. */
    public long startedMs() {
        return startedMs;
    }

    /** Sidecars that should report, since when they are there, in milliseconds since the epoch. */
    public synchronized Map<WorkloadKey, Long> expected() {
        return Map.copyOf(expected);
    }

    private Map<Edge, Traffic> since(long startMs) {
        Map<Integer, Tally> tallies = new TreeMap<>();
        timeline.addSince(startMs, number -> tallies.computeIfAbsent(number, _ -> new Tally()));
        Map<Edge, Traffic> edges = new HashMap<>();
        tallies.forEach((number, tally) -> {
            Edge edge = table.edge(number);
            if (edge != null) {
                edges.merge(edge, tally.traffic(), Traffic::plus);
            }
        });
        return edges;
    }

    /** Until when everything was told by those that report. */
    private long told() {
        return nowMs
                - sidecars.values().stream()
                        .filter(sidecar -> sidecar.reports(nowMs))
                        .mapToLong(sidecar -> sidecar.silentMs(nowMs))
                        .filter(silent -> silent <= LATE_MS)
                        .max()
                        .orElse(0);
    }

    private record Late(String reason, long retryMs) {}

    private @Nullable Late late() {
        for (Map.Entry<WorkloadKey, Sidecar> entry : sidecars.entrySet()) {
            long silent = entry.getValue().silentMs(nowMs);
            if (matters(entry) && silent > LATE_MS && silent <= SILENT_MS) {
                return new Late(entry.getKey() + " has not reported for " + silent / 1_000 + " s", PUSH_MS);
            }
        }
        long settledMs = startedMs + SETTLE_MS;
        if (nowMs < settledMs) {
            for (Map.Entry<WorkloadKey, Long> entry : expected.entrySet()) {
                Sidecar sidecar = sidecars.get(entry.getKey());
                if (entry.getValue() == startedMs && (sidecar == null || !sidecar.isHeard())) {
                    return new Late(entry.getKey() + " has not reported since the start", settledMs - nowMs);
                }
            }
        }
        return null;
    }

    /** Sidecars that should report and do not: their edges are unavailable, which is not the same as without traffic. */
    public synchronized SortedSet<WorkloadKey> silent() {
        advance();
        TreeSet<WorkloadKey> silent = new TreeSet<>();
        expected.forEach((key, since) -> {
            Sidecar sidecar = sidecars.get(key);
            boolean isSilent = (sidecar != null && sidecar.reports(nowMs))
                    ? sidecar.silentMs(nowMs) > SILENT_MS
                    : nowMs - since > SETTLE_MS;
            if (isSilent) {
                silent.add(key);
            }
        });
        return Sorted.set(silent);
    }

    @Override
    public synchronized Map<Edge, Traffic> totals() {
        advance();
        return table.totals();
    }

    /** Of which time {@link #totals()} that are asked for next tell all. */
    public synchronized Coverage coverage() {
        advance();
        long longest = sidecars.entrySet().stream()
                .filter(entry -> entry.getValue().reports(nowMs) && matters(entry))
                .mapToLong(entry -> entry.getValue().silentMs(nowMs))
                .max()
                .orElse(0);
        return new Coverage(
                id,
                Instant.ofEpochMilli(nowMs),
                Instant.ofEpochMilli(startedMs),
                late() == null ? Instant.ofEpochMilli(told()) : null,
                Instant.ofEpochMilli(nowMs - longest),
                gaps.lost() == Long.MIN_VALUE ? null : Instant.ofEpochMilli(gaps.lost()),
                gaps.silences());
    }

    private boolean isAwaited(WorkloadKey key) {
        Sidecar sidecar = sidecars.get(key);
        return sidecar == null || sidecar.isAwaited(nowMs);
    }

    private boolean matters(Map.Entry<WorkloadKey, Sidecar> sidecar) {
        return isAwaited(sidecar.getKey()) && (sidecar.getValue().isOpen() || expected.containsKey(sidecar.getKey()));
    }

    private void advance() {
        // A clock that was set back must not reorder what was told.
        nowMs = Math.max(nowMs, clock.millis());
        timeline.advance(nowMs);
        if (nowMs - sweptMs >= SWEEP_MS) {
            sweptMs = nowMs;
            sweep();
        }
    }

    private void sweep() {
        table.sweep(nowMs, inventory);
        if (table.full()) {
            timeline.forgetUntil(table.lastOfUntold());
        }
        table.forgetBefore(Math.max(timeline.horizon(), nowMs - limits.longest().toMillis()));
        gaps.forgetBefore(nowMs - limits.longest().toMillis());
        stays.forgetBefore(nowMs - limits.longest().toMillis() - LATE_MS);
        sidecars.values().forEach(Sidecar::sweep);
        sidecars.entrySet().removeIf(entry -> {
            Sidecar sidecar = entry.getValue();
            boolean gone = !sidecar.isOpen()
                    && !expected.containsKey(entry.getKey())
                    && sidecar.silentMs(nowMs) > limits.keepGone().toMillis();
            if (gone) {
                sidecar.closeStay();
            }
            return gone;
        });
    }

    /**
     * How much is kept.
     *
     * @param reporting sidecars with a stream
     * @param folding sidecars with more series than are kept
     * @param series counters of all sidecars
     * @param samples values of counters that were pushed
     * @param dropped statistics without a meaning
     */
    record Numbers(
            long reporting, long folding, long series, long edges, long historyBytes, long samples, long dropped) {}

    synchronized Numbers numbers() {
        return new Numbers(
                sidecars.values().stream()
                        .filter(sidecar -> sidecar.reports(nowMs) && sidecar.isOpen())
                        .count(),
                sidecars.values().stream().filter(Sidecar::isFolding).count(),
                sidecars.values().stream().mapToLong(Sidecar::counters).sum(),
                table.size(),
                timeline.bytes(),
                samples,
                unreadable);
    }
}
