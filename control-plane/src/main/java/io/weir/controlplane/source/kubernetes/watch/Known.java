package io.weir.controlplane.source.kubernetes.watch;

import io.weir.controlplane.model.ObjectRef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The objects of one kind as they are known. Used by one thread. */
final class Known<T> {

    private final Map<ObjectRef, T> objects = new HashMap<>();
    /** Stands for objects that do not say their name. */
    private final ObjectRef nameless;

    Known(ObjectRef nameless) {
        this.nameless = nameless;
    }

    int size() {
        return objects.size();
    }

    @Nullable
    T get(ObjectRef ref) {
        return objects.get(ref);
    }

    /** What a list lacks. An item without a name may be any of these, so then it is nothing. */
    Set<ObjectRef> missing(Map<ObjectRef, T> listed) {
        if (listed.containsKey(nameless)) {
            return Set.of();
        }
        Set<ObjectRef> missing = new HashSet<>(objects.keySet());
        missing.removeAll(listed.keySet());
        return missing;
    }

    /** Whether so much is missing at once that the list may be wrong: more than 30 % of more than 10, or everything. */
    boolean doubtful(int missing) {
        int all = objects.size();
        return missing > 1 && (missing == all || (all > 10 && missing * 10 > all * 3));
    }

    /** Returns the changes; null for an object that is gone. */
    Map<ObjectRef, @Nullable T> take(Map<ObjectRef, T> fresh, Set<ObjectRef> gone) {
        Map<ObjectRef, @Nullable T> changes = new HashMap<>();
        fresh.forEach((ref, object) -> {
            if (!object.equals(objects.put(ref, object))) {
                changes.put(ref, object);
            }
        });
        for (ObjectRef ref : gone) {
            if (objects.remove(ref) != null) {
                changes.put(ref, null);
            }
        }
        return changes;
    }
}
