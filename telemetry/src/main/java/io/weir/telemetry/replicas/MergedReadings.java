package io.weir.telemetry.replicas;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.window.EdgeStore;
import io.weir.telemetry.window.Merge;
import io.weir.telemetry.window.Part;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What this replica was told, and what all the others were. They are asked twice: how far each has been told, from which follows
 * when the window ends; then for what is in it. A replica that does not answer makes it incomplete: its sidecars' traffic is unknown.
 */
public final class MergedReadings implements Readings {

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final long SILENT_FOR_MS = 1_000;

    private final EdgeStore own;
    private final Peers<?> peers;
    private final InstantSource clock;
    private volatile Silent silent = new Silent(Part.NEVER, new TreeSet<>());

    private record Silent(long atMs, SortedSet<WorkloadKey> sidecars) {
        long untilMs() {
            return atMs + SILENT_FOR_MS;
        }
    }

    public MergedReadings(EdgeStore own, Peers<?> peers, InstantSource clock) {
        this.own = own;
        this.peers = peers;
        this.clock = clock;
    }

    @Override
    public Answer window(Duration window) {
        if (!peers.isKnown()) {
            return new Answer.Incomplete("which replicas there are is not known yet", RETRY);
        }
        List<Peer> others = peers.present();
        if (others.isEmpty() && peers.lostMs() == Part.NEVER) {
            long startMs = clock.millis() - window.toMillis();
            Answer answer = own.window(window);
            return answer instanceof Answer.Complete && peers.isMeshOlder() && startMs < own.startedMs()
                    ? new Answer.Incomplete(
                            "what pods did that have gone is known only since this program started",
                            Duration.ofMillis(own.startedMs() - startMs))
                    : answer;
        }
        try {
            Map<Peer, Told> first = ask(others, _ -> null);
            Merge now = merge(first, null);
            Answer.Incomplete late = now.late();
            if (late != null) {
                return late;
            }
            long endMs = now.toldMs();
            long startMs = endMs - window.toMillis();
            Map<Peer, Told> second = ask(others, peer -> {
                Told before = first.get(peer);
                return before == null ? startMs : Long.valueOf(startMs + before.behindMs);
            });
            Merge then = merge(second, startMs);
            // A sidecar that has gone to another replica meanwhile is late now.
            Answer.Incomplete lateThen = then.late();
            return lateThen != null ? lateThen : then.window(startMs, endMs);
        } catch (Peer.NoAnswer e) {
            return new Answer.Incomplete(String.valueOf(e.getMessage()), RETRY);
        }
    }

    /** What this replica alone was told: who wants all asks each, and adds. */
    @Override
    public Map<Edge, Traffic> totals() {
        return own.totals();
    }

    /**
     * Sidecars that should report and do so to no replica, as of a second ago at most; while a replica does not answer, as of when
     * all did.
     */
    public SortedSet<WorkloadKey> silent() {
        Silent known = silent;
        long nowMs = clock.millis();
        if (nowMs >= known.atMs && nowMs < known.untilMs()) {
            return known.sidecars;
        }
        try {
            Silent fresh = new Silent(
                    nowMs, merge(ask(peers.present(), _ -> null), null).silent());
            silent = fresh;
            return fresh.sidecars;
        } catch (Peer.NoAnswer e) {
            return known.sidecars;
        }
    }

    /**
     * What another replica is told of this one.
     *
     * @param startMs from when on; null: no window
     */
    public Part part(@Nullable Long startMs) {
        return own.part(startMs, peers.lostMs());
    }

    /**
     * A peer's part.
     *
     * @param part by our clock
     * @param behindMs to be added to a moment by our clock for one by the peer's that is no later
     */
    private record Told(Part part, long behindMs) {}

    private Merge merge(Map<Peer, Told> told, @Nullable Long startMs) {
        Part ours = part(startMs);
        // One that is reached by two names, or is this one, would count twice.
        Map<String, Part> byStore = new LinkedHashMap<>();
        told.values().forEach(one -> byStore.put(one.part.store(), one.part));
        byStore.put(ours.store(), ours);
        return new Merge(ours.nowMs(), List.copyOf(byStore.values()), own.expected());
    }

    private Map<Peer, Told> ask(List<Peer> others, Function<Peer, @Nullable Long> startMs) throws Peer.NoAnswer {
        Map<Peer, Told> answers = new LinkedHashMap<>();
        if (others.isEmpty()) {
            return answers;
        }
        try (ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<Peer, Future<Told>> futures = new LinkedHashMap<>();
            others.forEach(peer -> futures.put(peer, calls.submit(() -> ask(peer, startMs.apply(peer)))));
            for (Map.Entry<Peer, Future<Told>> one : futures.entrySet()) {
                try {
                    answers.put(one.getKey(), result(one.getKey(), one.getValue()));
                } catch (Peer.NoAnswer none) {
                    if (!peers.isDispensable(one.getKey(), clock.millis())) {
                        throw none;
                    }
                }
            }
        }
        return answers;
    }

    private Told ask(Peer peer, @Nullable Long startMs) throws Peer.NoAnswer {
        long askedMs = clock.millis();
        Part part = peer.ask(startMs);
        long answeredMs = Math.max(askedMs, clock.millis());
        Part ours = part.by(askedMs, answeredMs);
        peers.answered(peer, ours);
        return new Told(ours, part.nowMs() - answeredMs);
    }

    private static Told result(Peer peer, Future<Told> future) throws Peer.NoAnswer {
        try {
            return future.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Peer.NoAnswer silent) {
                throw silent;
            }
            throw new IllegalStateException(peer.name() + " could not be asked", failure.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Peer.NoAnswer(peer.name() + " was no longer waited for", e);
        }
    }
}
