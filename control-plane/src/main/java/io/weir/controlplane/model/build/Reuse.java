package io.weir.controlplane.model.build;

import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Sorted.Cursor;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Keeps the identity of what did not change. */
@SuppressWarnings("ReferenceEquality") // it is what this is about
final class Reuse {

    private Reuse() {}

    /** The keys whose values differ, those of only one map included. */
    static <K extends Comparable<? super K>, V> Set<K> changed(SortedMap<K, V> before, SortedMap<K, V> after) {
        Set<K> changed = new HashSet<>();
        if (before == after) {
            return changed;
        }
        Cursor<K, V> fresh = new Cursor<>(after);
        before.forEach((key, value) -> {
            if (!same(value, fresh.at(key))) {
                changed.add(key);
            }
        });
        Cursor<K, V> old = new Cursor<>(before);
        after.keySet().stream().filter(key -> old.at(key) == null).forEach(changed::add);
        return changed;
    }

    private static boolean same(Object value, @Nullable Object other) {
        return value == other || value.equals(other);
    }

    /** Puts a value, unless an equal one is there; null removes. */
    static <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
        if (value == null) {
            map.remove(key);
        } else if (!Objects.equals(map.get(key), value)) {
            map.put(key, value);
        }
    }

    /** The new model, with the old one's objects wherever they are equal. */
    static MeshModel apply(MeshModel before, MeshModel after) {
        return new MeshModel(
                after.settings(),
                map(before.services(), after.services()),
                map(before.workloads(), after.workloads()),
                map(before.routes(), after.routes()),
                map(before.grants(), after.grants()),
                map(before.audited(), after.audited()),
                map(before.endpoints(), after.endpoints()),
                map(before.direct(), after.direct()),
                map(before.loopback(), after.loopback()));
    }

    /** The map before, where the next one is equal. */
    static <K extends Comparable<? super K>, V> SortedMap<K, V> map(SortedMap<K, V> before, SortedMap<K, V> after) {
        SortedMap<K, V> fresh = Sorted.map(after);
        if (before.equals(fresh)) {
            return before;
        }
        Cursor<K, V> old = new Cursor<>(before);
        return Sorted.mapped(fresh, (key, value) -> {
            V known = old.at(key);
            return known != null && known.equals(value) ? known : value;
        });
    }
}
