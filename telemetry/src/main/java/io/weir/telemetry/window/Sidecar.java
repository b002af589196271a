package io.weir.telemetry.window;

import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.ingest.Push;
import io.weir.telemetry.ingest.Push.Counter;
import io.weir.telemetry.ingest.Push.Histogram;
import io.weir.telemetry.ingest.Push.Kind;
import io.weir.telemetry.ingest.Series;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is known of one sidecar that reports, and what its next push adds. */
final class Sidecar {

    private static final long NEVER = Part.NEVER;

    /** An Envoy tells its age in whole seconds. */
    private static final long UPTIME_MS = 1_000;

    private final ProxyIdentity identity;
    private final WorkloadKey key;
    private final long mostSeries;
    private final long evictionMs;
    private final long storeStartedMs;
    private final Timeline timeline;
    private final SidecarEdges edges;
    private final CounterMemory memory;
    private final GapList gaps;
    private final Consumer<Part.Stay> stays;
    private final Silences silences;

    /** Whether series were folded since its Envoy started: then no series may leave the fold, its past is in there. */
    private boolean folds;

    private @Nullable Push lastPush;
    private long lastPushMs = NEVER;
    private long surelyNewFromMs = NEVER;
    private boolean blind;
    private boolean open;
    private boolean newStream;
    private long openedMs = NEVER;
    private long stayFromMs;
    private long stayFirstMs = NEVER;

    /** What all sidecars of a store have in common. */
    record Shared(Limits limits, long startedMs, Timeline timeline, GapList gaps, Consumer<Part.Stay> stays) {}

    Sidecar(ProxyIdentity identity, Shared shared, SidecarEdges edges) {
        this.identity = identity;
        this.key = identity.workloadKey();
        this.mostSeries = shared.limits().seriesOfSidecar();
        this.evictionMs = shared.limits().eviction().toMillis();
        this.silences = new Silences(shared.limits().silences());
        this.storeStartedMs = shared.startedMs();
        this.timeline = shared.timeline();
        this.gaps = shared.gaps();
        this.stays = shared.stays();
        this.edges = edges;
        this.memory = new CounterMemory(evictionMs);
    }

    void opened(long nowMs) {
        open = true;
        newStream = true;
        // Who opens streams and tells nothing has been silent since the first.
        openedMs = openedMs == NEVER ? nowMs : openedMs;
        blind = false;
    }

    void closed() {
        open = false;
    }

    void cannotCount() {
        blind = true;
    }

    /** What it pushes from now on is another stay's. */
    void closeStay() {
        Part.Stay former = stay();
        if (former != null) {
            stays.accept(former);
        }
        stayFirstMs = NEVER;
    }

    /** Its pushes over the stream that is open, or was last; null if there are none. */
    Part.@Nullable Stay stay() {
        return stayFirstMs == NEVER ? null : new Part.Stay(key, identity.uid(), stayFromMs, stayFirstMs, lastPushMs);
    }

    Part.Heard heardOf(long nowMs) {
        return new Part.Heard(key, nowMs - silentMs(nowMs), isHeard(), !isAwaited(nowMs), open);
    }

    ProxyIdentity identity() {
        return identity;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether it ever pushed. */
    boolean isHeard() {
        return lastPush != null;
    }

    /** Whether what it pushes says anything, and can be relied on to come. */
    boolean reports(long nowMs) {
        return lastPush != null && isAwaited(nowMs);
    }

    /** Whether windows wait for what it tells: it can count, and did not fall silent again and again. */
    boolean isAwaited(long nowMs) {
        return !blind && !silences.tooMany(nowMs);
    }

    /** A silence. */
    private void interrupted(Gap gap) {
        unsure(gap);
        silences.add(gap.toMs());
    }

    /** Something is not known of a time in which it did report. */
    private void unsure(Gap gap) {
        gaps.add(gap, isAwaited(gap.toMs()));
    }

    /** How long it has told nothing. */
    long silentMs(long nowMs) {
        return nowMs - (lastPushMs == NEVER ? openedMs : lastPushMs);
    }

    boolean isFolding() {
        return folds;
    }

    int counters() {
        return memory.size();
    }

    /** Adds what this push tells, as told now. */
    void pushed(Push push, Inventory inventory, long nowMs) {
        boolean counts = begins(push, nowMs);
        if (stayFirstMs != NEVER && changesStay(nowMs)) {
            closeStay();
        }
        newStream = false;
        if (stayFirstMs == NEVER) {
            stayFirstMs = nowMs;
            stayFromMs = countsFromMs(push, counts, nowMs);
        }
        long previousMs = lastPushMs == NEVER ? nowMs : lastPushMs;
        push.counters().forEach(counter -> noteGrpc(counter.id(), inventory));
        Map<Counter.Id, Long> folded = new HashMap<>();
        List<Counter> unsure = new ArrayList<>();
        Map<Series, Long> requests = new HashMap<>();
        for (Counter counter : push.counters()) {
            Counter.Id id = counter.id();
            if (!mayBeTold(id.series())) {
                folds = true;
                folded.merge(
                        new Counter.Id(Series.unknown(id.series().reporter()), id.kind(), id.outcome()),
                        counter.value(),
                        Long::sum);
            } else if (!counts) {
                memory.begin(counter, nowMs);
                row(id, inventory, nowMs);
            } else if (mayBeOld(id, nowMs)) {
                unsure.add(counter);
            } else {
                long more = memory.added(counter, nowMs, previousMs);
                add(id, more, inventory, nowMs);
                if (id.kind() == Kind.REQUESTS) {
                    requests.merge(id.series(), more, Long::sum);
                }
            }
        }
        if (!unsure.isEmpty()) {
            Map<Series, Long> measured = new HashMap<>(measured(push));
            requests.forEach((series, more) -> measured.merge(series, -more, Long::sum));
            addUnsure(unsure, nowMs - previousMs > EdgeStore.LATE_MS ? null : measured, inventory, nowMs);
        }
        folded.forEach((id, sum) -> addFolded(new Counter(id, sum), counts, inventory, nowMs, previousMs));
        if (counts) {
            push.histograms().forEach(histogram -> add(histogram, inventory, nowMs));
        }
        lastPush = push;
        lastPushMs = nowMs;
    }

    /** What is told in the first push over a stream was counted after this moment. */
    private long countsFromMs(Push push, boolean counts, long nowMs) {
        Duration uptime = push.uptime();
        if (lastPushMs != NEVER) {
            return lastPushMs;
        }
        return counts && uptime != null ? nowMs - uptime.toMillis() - UPTIME_MS : nowMs;
    }

    /**
     * Whether it may have been elsewhere since its last push. Within this time that makes no difference: what it told elsewhere meanwhile
     * lies in the stay that goes on. So nobody fills the list of stays by opening streams.
     */
    private boolean changesStay(long nowMs) {
        return newStream && nowMs - lastPushMs > EdgeStore.LATE_MS;
    }

    private void noteGrpc(Counter.Id id, Inventory inventory) {
        Outcome outcome = id.outcome();
        if (outcome != null && outcome.grpcStatus() != Outcome.NOT_GRPC && mayBeTold(id.series())) {
            edges.isGrpc(id.series(), inventory);
        }
    }

    /** Whether a counter that was never seen may have been left out of the first push of an Envoy that was not young. */
    private boolean mayBeOld(Counter.Id id, long nowMs) {
        return nowMs <= surelyNewFromMs && !memory.knows(id);
    }

    private static Map<Series, Long> measured(Push push) {
        Map<Series, Long> measured = new HashMap<>();
        push.histograms()
                .forEach(histogram ->
                        measured.merge(histogram.series(), histogram.latencies().count(), Long::sum));
        return measured;
    }

    /** @param measured of each series, what its other counters don't account for; null: not known */
    private void addUnsure(
            List<Counter> counters, @Nullable Map<Series, Long> measured, Inventory inventory, long nowMs) {
        Map<Series, List<Counter>> requests = new HashMap<>();
        boolean unknown = false;
        for (Counter counter : counters) {
            memory.begin(counter, nowMs);
            row(counter.id(), inventory, nowMs);
            switch (counter.id().kind()) {
                case REQUESTS ->
                    requests.computeIfAbsent(counter.id().series(), _ -> new ArrayList<>())
                            .add(counter);
                // Nobody takes shares of it, so no window waits for it: it is counted from now on.
                case WOULD_BE_DENIED -> {}
                case CONNECTIONS, SENT_BYTES, RECEIVED_BYTES -> unknown = true;
            }
        }
        for (Map.Entry<Series, List<Counter>> of : requests.entrySet()) {
            Map<Counter, Long> shares =
                    measured == null ? null : Unsure.shares(of.getValue(), measured.getOrDefault(of.getKey(), 0L));
            if (shares == null) {
                unknown = true;
            } else {
                shares.forEach((counter, more) -> add(counter.id(), more, inventory, nowMs));
            }
        }
        if (unknown) {
            unsure(new Gap(key, NEVER, nowMs, false));
        }
    }

    /** Whether what its counters show beyond the push before is new; notes a gap where it is not known since when. */
    private boolean begins(Push push, long nowMs) {
        Push before = lastPush;
        Duration uptime = push.uptime();
        boolean counts = true;
        if (before == null) {
            // Envoy counts its age from one whole second to another: up to one too many. One that was so young when the
            // store began had told nobody anything, since it pushes for the first time after some seconds.
            counts = uptime != null && nowMs - uptime.toMillis() + UPTIME_MS > storeStartedMs;
            if (uptime != null && counts) {
                gap(nowMs - uptime.toMillis(), nowMs);
            } else {
                interrupted(new Gap(key, NEVER, nowMs, false));
                surelyNewFromMs = nowMs + evictionMs + EdgeStore.LATE_MS;
            }
        } else {
            if (startedAnew(before, push)) {
                memory.clear();
                folds = false;
                surelyNewFromMs = NEVER;
            }
            if (nowMs - lastPushMs > evictionMs) {
                // A counter may have been let go and begun anew meanwhile.
                interrupted(new Gap(key, NEVER, nowMs, false));
            } else {
                gap(lastPushMs, nowMs);
            }
        }
        return counts;
    }

    private void gap(long fromMs, long nowMs) {
        if (nowMs - fromMs > EdgeStore.LATE_MS) {
            interrupted(new Gap(key, fromMs, nowMs, true));
        }
    }

    /**
     * Only a new stream can be that of a new Envoy, which has been up for no longer than has passed since the old one's word;
     * the old one itself would have been up for {@code was} more, which is told in whole seconds.
     */
    private boolean startedAnew(Push before, Push push) {
        Duration was = before.uptime();
        Duration is = push.uptime();
        if (!newStream || was == null || is == null) {
            return false;
        }
        Duration passed = Duration.between(before.taken(), push.taken());
        return is.compareTo(was) < 0 || (was.toSeconds() > 1 && is.compareTo(passed) <= 0);
    }

    private boolean mayBeTold(Series series) {
        return edges.knows(series) || (!folds && edges.size() < mostSeries);
    }

    private EdgeTable.Row row(Counter.Id id, Inventory inventory, long nowMs) {
        return id.kind() == Kind.REQUESTS || id.kind() == Kind.WOULD_BE_DENIED
                ? edges.requests(id.series(), inventory, nowMs)
                : edges.connections(id.series(), inventory, nowMs);
    }

    private void add(Counter.Id id, long more, Inventory inventory, long nowMs) {
        EdgeTable.Row row = row(id, inventory, nowMs);
        if (more > 0) {
            add(row.total(nowMs), id, more);
            add(timeline.of(row.number()), id, more);
        }
    }

    private static void add(Tally tally, Counter.Id id, long more) {
        switch (id.kind()) {
            case REQUESTS ->
                tally.requests(id.outcome() == null ? new Outcome(0, Outcome.NOT_GRPC) : id.outcome(), more);
            case WOULD_BE_DENIED -> tally.wouldBeDenied(more);
            case CONNECTIONS -> tally.connections(more);
            case SENT_BYTES -> tally.sent(more);
            case RECEIVED_BYTES -> tally.received(more);
        }
    }

    private void add(Histogram histogram, Inventory inventory, long nowMs) {
        Series series = mayBeTold(histogram.series())
                ? histogram.series()
                : Series.unknown(histogram.series().reporter());
        EdgeTable.Row row = edges.requests(series, inventory, nowMs);
        row.total(nowMs).latencies(histogram.latencies());
        timeline.of(row.number()).latencies(histogram.latencies());
    }

    /** A sum that shrinks has lost some of what it is the sum of: by how much the others grew is not known. */
    private void addFolded(Counter sum, boolean counts, Inventory inventory, long nowMs, long previousMs) {
        Long before = memory.value(sum.id());
        if (!counts) {
            memory.begin(sum, nowMs);
        } else if (before == null ? mayBeOld(sum.id(), nowMs) : sum.value() < before) {
            memory.begin(sum, nowMs);
            interrupted(new Gap(key, NEVER, nowMs, false));
        } else {
            add(sum.id(), memory.added(sum, nowMs, previousMs), inventory, nowMs);
        }
    }

    void sweep() {
        memory.sweep(lastPushMs);
        Set<Series> used = new HashSet<>();
        memory.ids().forEach(id -> used.add(id.series()));
        edges.keepOnly(used);
    }
}
