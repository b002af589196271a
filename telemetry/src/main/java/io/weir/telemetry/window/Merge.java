package io.weir.telemetry.window;

import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.window.Part.Heard;
import io.weir.telemetry.window.Part.Since;
import io.weir.telemetry.window.Part.Spoilt;
import io.weir.telemetry.window.Part.Stay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One answer from the parts of all stores. A sidecar that goes from one store to another tells all of its counts at both: what
 * the first was told must not count again, and what happened in between is known to neither. So a window that would begin before
 * such a move is whole only if what was told at each adds up to it without a gap or an overlap.
 *
 * @param nowMs by the clock of whoever asks, as all moments in the parts are
 * @param expected sidecars that should report, since when they are there
 */
public record Merge(long nowMs, List<Part> parts, Map<WorkloadKey, Long> expected) {

    public Merge {
        parts = List.copyOf(parts);
        expected = Map.copyOf(expected);
    }

    /** Of a sidecar, wherever it was heard last. */
    private record Word(int part, Heard heard) {

        Word or(Word other) {
            boolean otherTells = other.heard.reports() && !heard.reports();
            boolean later = other.heard.reports() == heard.reports() && other.heard.lastMs() > heard.lastMs();
            Word one = otherTells || later ? other : this;
            boolean open = heard.open() || other.heard.open();
            return new Word(
                    one.part,
                    new Heard(one.heard.sidecar(), one.heard.lastMs(), one.heard.pushed(), one.heard.blind(), open));
        }
    }

    private Map<WorkloadKey, Word> words() {
        Map<WorkloadKey, Word> words = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            for (Heard heard : parts.get(i).heard()) {
                words.merge(heard.sidecar(), new Word(i, heard), Word::or);
            }
        }
        return words;
    }

    private long silentMs(Word word) {
        return nowMs - word.heard.lastMs();
    }

    /** Why no window can be told now; null if windows can. */
    public Answer.@Nullable Incomplete late() {
        Map<WorkloadKey, Word> words = words();
        for (Word word : words.values()) {
            WorkloadKey key = word.heard.sidecar();
            long silent = silentMs(word);
            boolean matters = !word.heard.blind() && (word.heard.open() || expected.containsKey(key));
            if (matters && silent > EdgeStore.LATE_MS && silent <= EdgeStore.SILENT_MS) {
                return incomplete(key + " has not reported for " + silent / 1_000 + " s", EdgeStore.PUSH_MS);
            }
        }
        // Those who reported to a store that has gone, or is new, come to another within this time.
        long newestMs = parts.stream()
                .mapToLong(part -> Math.max(part.startedMs(), part.lostMs()))
                .max()
                .orElse(nowMs);
        long settledMs = newestMs + EdgeStore.SETTLE_MS;
        if (nowMs < settledMs) {
            for (Map.Entry<WorkloadKey, Long> entry : expected.entrySet()) {
                Word word = words.get(entry.getKey());
                boolean heard = word != null && word.heard.pushed() && silentMs(word) <= EdgeStore.LATE_MS;
                if (entry.getValue() <= newestMs && !heard) {
                    return incomplete(
                            entry.getKey() + " has not reported since a replica came or went", settledMs - nowMs);
                }
            }
        }
        return null;
    }

    /** Until when everything was told by those that report. */
    public long toldMs() {
        return nowMs
                - words().values().stream()
                        .filter(word -> word.heard.reports())
                        .mapToLong(this::silentMs)
                        .filter(silent -> silent <= EdgeStore.LATE_MS)
                        .max()
                        .orElse(0);
    }

    /** Sidecars that should report and do not. */
    public SortedSet<WorkloadKey> silent() {
        Map<WorkloadKey, Word> words = words();
        TreeSet<WorkloadKey> silent = new TreeSet<>();
        expected.forEach((key, since) -> {
            Word word = words.get(key);
            boolean isSilent = (word != null && word.heard.reports())
                    ? silentMs(word) > EdgeStore.SILENT_MS
                    : nowMs - since > EdgeStore.SETTLE_MS;
            if (isSilent) {
                silent.add(key);
            }
        });
        return Sorted.set(silent);
    }

    /**
     * What happened between two moments, of which each part tells.
     *
     * @throws IllegalArgumentException if a part does not
     */
    public Answer window(long startMs, long endMs) {
        List<Since> told = new ArrayList<>();
        for (Part part : parts) {
            Since since = part.since();
            if (since == null) {
                throw new IllegalArgumentException("a part without a window");
            }
            told.add(since);
        }
        Spoilt spoilt = toldTwice(told);
        for (Since since : told) {
            spoilt = later(spoilt, since.spoilt());
        }
        if (spoilt != null) {
            return incomplete(spoilt.reason(), spoilt.untilMs() - startMs);
        }
        long horizonMs = parts.stream()
                .mapToLong(part -> Math.max(part.horizonMs(), part.lostMs()))
                .max()
                .orElse(Part.NEVER);
        // Before, nobody listened to pods that may have gone since.
        horizonMs = Math.max(
                horizonMs, parts.stream().mapToLong(Part::startedMs).min().orElse(Part.NEVER));
        if (startMs < horizonMs) {
            return incomplete(
                    "no more than the last " + (nowMs - horizonMs) / 1_000 + " s are known of all replicas",
                    horizonMs - startMs);
        }
        Map<Edge, Traffic> edges = new HashMap<>();
        told.forEach(since -> since.edges().forEach((edge, traffic) -> edges.merge(edge, traffic, Traffic::plus)));
        Instant end = Instant.ofEpochMilli(endMs);
        return new Answer.Complete(end.minusMillis(coveredMs(told, endMs - startMs)), end, edges);
    }

    /** In the mean of all sidecars, from the push before the first one that counts until the last one. */
    private long coveredMs(List<Since> told, long windowMs) {
        return Math.round(words().values().stream()
                .filter(word -> word.heard.reports() && silentMs(word) <= EdgeStore.LATE_MS)
                .mapToLong(word ->
                        Part.coveredMs(word.heard.lastMs() - told.get(word.part).fromMs()))
                .average()
                .orElse((double) windowMs));
    }

    private record Place(int part, Stay stay) {}

    private record Pod(WorkloadKey key, String uid) {}

    /** Of what was told to two stores, that which the window might count twice; null if there is no such thing. */
    private @Nullable Spoilt toldTwice(List<Since> told) {
        Map<Pod, List<Place>> places = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            for (Stay stay : parts.get(i).stays()) {
                places.computeIfAbsent(new Pod(stay.sidecar(), stay.uid()), _ -> new ArrayList<>())
                        .add(new Place(i, stay));
            }
        }
        Spoilt worst = null;
        for (Map.Entry<Pod, List<Place>> entry : places.entrySet()) {
            List<Place> its = entry.getValue();
            for (int i = 0; i < its.size(); i++) {
                for (int j = i + 1; j < its.size(); j++) {
                    long fromMs = Math.min(
                            told.get(its.get(i).part).fromMs(),
                            told.get(its.get(j).part).fromMs());
                    long twiceMs = toldTwiceUntil(its.get(i), its.get(j));
                    if (fromMs <= twiceMs) {
                        worst = later(
                                worst,
                                new Spoilt(
                                        entry.getKey().key() + " went from one replica to another "
                                                + Math.max(0, nowMs - twiceMs) / 1_000 + " s ago",
                                        twiceMs + Timeline.FINE_MS));
                    }
                }
            }
        }
        return worst;
    }

    /** When the last of it was told that both were told; never if there is none. */
    private static long toldTwiceUntil(Place one, Place other) {
        long bothFrom = Math.max(one.stay.fromMs(), other.stay.fromMs());
        long bothTo = Math.min(one.stay.lastMs(), other.stay.lastMs());
        if (one.part == other.part || bothFrom >= bothTo) {
            return Part.NEVER;
        }
        long firstMs = Math.max(one.stay.firstMs(), other.stay.firstMs());
        return bothTo < firstMs ? firstMs : bothTo + EdgeStore.LATE_MS;
    }

    private static @Nullable Spoilt later(@Nullable Spoilt one, @Nullable Spoilt other) {
        return one == null || (other != null && other.untilMs() > one.untilMs()) ? other : one;
    }

    private static Answer.Incomplete incomplete(String reason, long retryMs) {
        return new Answer.Incomplete(reason, Duration.ofMillis(Math.max(1, retryMs)));
    }
}
