package io.weir.controlplane.status;

import io.weir.controlplane.status.Condition.Aspect;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object's status as the cluster has it.
 *
 * @param version of the whole object, which grows with each write
 * @param conditions those of ours
 */
record Stored(String uid, long generation, long version, Map<Aspect, Entry> conditions) {

    Stored {
        Map<Aspect, Entry> copy = new EnumMap<>(Aspect.class);
        copy.putAll(conditions);
        conditions = Collections.unmodifiableMap(copy);
    }

    /** A condition, and since when its status is what it is. */
    record Entry(String status, String reason, String message, long generation, String since) {

        static Entry of(Condition condition, long generation, String since) {
            return new Entry(condition.status().word(), condition.reason(), condition.message(), generation, since);
        }

        boolean says(Condition condition, long observed) {
            return generation == observed
                    && status.equals(condition.status().word())
                    && reason.equals(condition.reason())
                    && message.equals(condition.message());
        }
    }

    static Stored of(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        Map<Aspect, Entry> conditions = new EnumMap<>(Aspect.class);
        for (JsonNode one : object.path("status").path("conditions")) {
            for (Aspect type : Aspect.values()) {
                if (one.path("type").asString("").equals(type.word())) {
                    conditions.put(
                            type,
                            new Entry(
                                    one.path("status").asString(""),
                                    one.path("reason").asString(""),
                                    one.path("message").asString(""),
                                    one.path("observedGeneration").asLong(0),
                                    one.path("lastTransitionTime").asString("")));
                }
            }
        }
        return new Stored(
                metadata.path("uid").asString(""),
                metadata.path("generation").asLong(0),
                version(metadata.path("resourceVersion").asString("")),
                conditions);
    }

    /** Kubernetes lets versions of one object be compared. */
    static long version(@Nullable String resourceVersion) {
        return resourceVersion == null || !resourceVersion.matches("[0-9]{1,18}") ? 0 : Long.parseLong(resourceVersion);
    }

    /** Whether the cluster has it all already. */
    boolean says(Conditions.Wanted wanted) {
        return wanted.conditions().size() == conditions.size()
                && differing(wanted).isEmpty();
    }

    /** What is yet to be written. */
    List<Condition> differing(Conditions.Wanted wanted) {
        return wanted.conditions().stream()
                .filter(condition -> {
                    Entry entry = conditions.get(condition.type());
                    return entry == null
                            || !entry.says(condition, wanted.version().generation());
                })
                .toList();
    }

    /** As it is once that is written. */
    Map<Aspect, Entry> after(Conditions.Wanted wanted, Instant now) {
        Map<Aspect, Entry> after = new EnumMap<>(Aspect.class);
        for (Condition condition : wanted.conditions()) {
            after.put(
                    condition.type(),
                    Entry.of(
                            condition,
                            wanted.version().generation(),
                            since(conditions.get(condition.type()), condition, now)));
        }
        return after;
    }

    private static String since(@Nullable Entry before, Condition condition, Instant now) {
        return before != null
                        && before.status().equals(condition.status().word())
                        && !before.since().isEmpty()
                ? before.since()
                : now.toString();
    }

    /** Whether it said that all proxies have the object, in the version that is wanted. */
    boolean programmed(Conditions.Wanted wanted) {
        Entry entry = conditions.get(Aspect.PROGRAMMED);
        return entry != null
                && entry.status().equals(Condition.Status.TRUE.word())
                && entry.generation() == wanted.version().generation();
    }
}
