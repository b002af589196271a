package io.weir.controlplane.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map that never changes, in two arrays. Two of them are compared side by side, and mostly by the identity of what they hold: worlds follow
 * each other with all but a few objects the same, and a tree would look up each of them.
 */
@SuppressWarnings({"ReferenceEquality", "JdkObsolete"}) // identity is the quick way; the model speaks of SortedMap
final class FrozenMap<K extends Comparable<? super K>, V> extends AbstractMap<K, V> implements SortedMap<K, V> {

    private final Object[] keys;
    private final Object[] values;

    private FrozenMap(Object[] keys, Object[] values) {
        this.keys = keys;
        this.values = values;
    }

    /** @param sorted in the order of its keys */
    static <K extends Comparable<? super K>, V> FrozenMap<K, V> of(SortedMap<K, V> sorted) {
        return new FrozenMap<>(sorted.keySet().toArray(), sorted.values().toArray());
    }

    /** With the same keys as an object, so that they are not compared again. */
    static <K extends Comparable<? super K>, V, R> FrozenMap<K, R> mapped(
            SortedMap<K, V> map, BiFunction<? super K, ? super V, ? extends R> function) {
        Object[] keys = map instanceof FrozenMap<K, V> frozen
                ? frozen.keys
                : map.keySet().toArray();
        Object[] values = new Object[keys.length];
        int next = 0;
        for (Map.Entry<K, V> entry : map.entrySet()) {
            values[next++] = function.apply(entry.getKey(), entry.getValue());
        }
        return new FrozenMap<>(keys, values);
    }

    @SuppressWarnings("unchecked") // only keys are put there
    private K key(int index) {
        return (K) keys[index];
    }

    @SuppressWarnings("unchecked") // only values are put there
    private V value(int index) {
        return (V) values[index];
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key != null && Arrays.binarySearch(keys, key) >= 0;
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
        int index = key == null ? -1 : Arrays.binarySearch(keys, key);
        return index < 0 ? null : value(index);
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<K, V>> iterator() {
                return new Entries();
            }

            @Override
            public int size() {
                return keys.length;
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<K, V>> {

        private int next;

        @Override
        public boolean hasNext() {
            return next < keys.length;
        }

        @Override
        public Entry<K, V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int index = next++;
            return new SimpleImmutableEntry<>(key(index), value(index));
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (other == this) {
            return true;
        }
        return other instanceof FrozenMap<?, ?> frozen
                ? same(keys, frozen.keys) && same(values, frozen.values)
                : super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }

    private static boolean same(Object[] some, Object[] others) {
        if (some == others) {
            return true;
        }
        if (some.length != others.length) {
            return false;
        }
        for (int i = 0; i < some.length; i++) {
            if (some[i] != others[i] && !some[i].equals(others[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable Comparator<? super K> comparator() {
        return null;
    }

    @Override
    public SortedMap<K, V> subMap(K from, K to) {
        return tree().subMap(from, to);
    }

    @Override
    public SortedMap<K, V> headMap(K to) {
        return tree().headMap(to);
    }

    @Override
    public SortedMap<K, V> tailMap(K from) {
        return tree().tailMap(from);
    }

    private SortedMap<K, V> tree() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(this));
    }

    @Override
    public K firstKey() {
        return key(nonEmpty(0));
    }

    @Override
    public K lastKey() {
        return key(nonEmpty(keys.length - 1));
    }

    private int nonEmpty(int index) {
        if (keys.length == 0) {
            throw new NoSuchElementException();
        }
        return index;
    }
}
