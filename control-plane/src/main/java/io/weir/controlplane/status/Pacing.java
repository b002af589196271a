package io.weir.controlplane.status;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.status.Condition.Aspect;
import io.weir.controlplane.status.Conditions.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When a status is written: news at once, counts of proxies gathered, all together so many in a second, and who waited
 * longest first. Used by one thread.
 */
final class Pacing {

    /** Between two writes of one object where only the proxies went on. */
    static final Duration COUNTS = Duration.ofSeconds(2);

    /**
     * How long proxies may be behind with an object that they had before it is said: they are told of other objects all
     * the time, and those that start or end are no news of this one.
     */
    static final Duration BEHIND = Duration.ofSeconds(10);

    private final TokenBucket bucket;
    private final LinkedHashMap<ObjectRef, Instant> waiting = new LinkedHashMap<>();
    private final Map<ObjectRef, Instant> written = new HashMap<>();
    private final Map<ObjectRef, Instant> refused = new HashMap<>();

    Pacing(TokenBucket bucket) {
        this.bucket = bucket;
    }

    /** How long an object is left alone whose status was not taken, for a reason of its own. */
    static final Duration REFUSED = Duration.ofMinutes(1);

    /** Objects to be written now, in order. */
    List<ObjectRef> due(Map<ObjectRef, Wanted> wanted, Map<ObjectRef, Stored> stored, Instant now) {
        wanted.forEach((object, one) -> {
            Stored present = stored.get(object);
            // A newer object than the one judged: what is said of it comes with the next look.
            boolean differs = present != null
                    && present.uid().equals(one.version().uid())
                    && present.generation() <= one.version().generation()
                    && !present.says(one);
            if (differs) {
                waiting.putIfAbsent(object, now);
            } else {
                waiting.remove(object);
            }
        });
        waiting.keySet().retainAll(wanted.keySet());
        written.values().removeIf(then -> then.plus(COUNTS).isBefore(now));
        refused.values().removeIf(then -> then.plus(REFUSED).isBefore(now));
        List<ObjectRef> due = new ArrayList<>();
        waiting.forEach((object, since) -> {
            Wanted one = wanted.get(object);
            Stored present = stored.get(object);
            if (one != null && present != null && isDue(object, since, present, one, now)) {
                due.add(object);
            }
        });
        return due;
    }

    private boolean isDue(ObjectRef object, Instant since, Stored present, Wanted wanted, Instant now) {
        if (refused.containsKey(object)) {
            return false;
        }
        List<Condition> news = present.differing(wanted);
        boolean counts = news.size() == 1 && news.getFirst().type() == Aspect.PROGRAMMED;
        if (!counts) {
            return true;
        }
        Condition condition = news.getFirst();
        boolean behind = present.programmed(wanted)
                && condition.status() != Condition.Status.TRUE
                && !condition.reason().equals("Rejected");
        return !written.containsKey(object) && (!behind || !since.plus(BEHIND).isAfter(now));
    }

    boolean take(Instant now) {
        return bucket.take(now);
    }

    void written(ObjectRef object, Instant now) {
        waiting.remove(object);
        written.put(object, now);
    }

    void refused(ObjectRef object, Instant now) {
        waiting.remove(object);
        refused.put(object, now);
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }
}
