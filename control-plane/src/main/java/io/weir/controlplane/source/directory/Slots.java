package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Sorted;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers given to keys, for good: a key that goes and comes back finds its number unless someone needed it meanwhile.
 *
 * @param assigned every number given so far, also to keys that are gone
 */
record Slots<K extends Comparable<? super K>>(SortedMap<K, Integer> assigned) {

    Slots {
        assigned = Sorted.map(assigned);
    }

    static <K extends Comparable<? super K>> Slots<K> none() {
        return new Slots<K>(Collections.<K, Integer>emptySortedMap());
    }

    /**
     * Numbers for every wanted key, as far as they go; new keys get the lowest free number in the order of the keys.
     *
     * @param lowest the first number
     * @param highest the last
     */
    Slots<K> with(SortedSet<K> wanted, int lowest, int highest) {
        if (assigned.keySet().containsAll(wanted)) {
            return this;
        }
        TreeMap<K, Integer> next = new TreeMap<>(assigned);
        Set<Integer> used = new HashSet<>(assigned.values());
        int candidate = lowest;
        for (K key : wanted) {
            if (next.containsKey(key)) {
                continue;
            }
            while (candidate <= highest && used.contains(candidate)) {
                candidate++;
            }
            if (candidate <= highest) {
                used.add(candidate);
                next.put(key, candidate);
            } else {
                takeOver(next, key, wanted);
            }
        }
        return new Slots<>(next);
    }

    /** When all numbers are given, a key that is gone loses its own; if none is gone, the new key gets none. */
    private static <K extends Comparable<? super K>> void takeOver(
            TreeMap<K, Integer> next, K key, Collection<K> wanted) {
        @Nullable K gone = null;
        for (K candidate : next.keySet()) {
            if (!wanted.contains(candidate)) {
                gone = candidate;
                break;
            }
        }
        if (gone != null) {
            Integer number = next.remove(gone);
            if (number != null) {
                next.put(key, number);
            }
        }
    }
}
