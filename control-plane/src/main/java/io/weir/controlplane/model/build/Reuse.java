package io.weir.controlplane.model.build;

import io.weir.controlplane.model.MeshModel;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps the identity of what did not change. */
final class Reuse {

    private Reuse() {}

    /** The keys whose values differ, those of only one map included. */
    static <K, V> Set<K> changed(Map<K, V> before, Map<K, V> after) {
        Set<K> changed = new HashSet<>();
        before.forEach((key, value) -> {
            if (!value.equals(after.get(key))) {
                changed.add(key);
            }
        });
        after.keySet().stream().filter(key -> !before.containsKey(key)).forEach(changed::add);
        return changed;
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

    private static <K extends Comparable<? super K>, V> SortedMap<K, V> map(
            SortedMap<K, V> before, SortedMap<K, V> after) {
        TreeMap<K, V> kept = new TreeMap<>();
        after.forEach((key, value) -> {
            V old = before.get(key);
            kept.put(key, old != null && old.equals(value) ? old : value);
        });
        return kept;
    }
}
