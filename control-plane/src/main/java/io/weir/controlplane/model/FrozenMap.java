package io.weir.controlplane.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
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

    /** What is one already is its own copy. */
    static <K extends Comparable<? super K>, V> FrozenMap<K, V> frozen(SortedMap<K, V> map) {
        return map instanceof FrozenMap<K, V> frozen ? frozen : of(map);
    }

    /** With the same keys as an object, so that they are not compared again. */
    static <K extends Comparable<? super K>, V, R> FrozenMap<K, R> mapped(
            SortedMap<K, V> map, BiFunction<? super K, ? super V, ? extends R> function) {
        FrozenMap<K, V> frozen = frozen(map);
        Object[] values = new Object[frozen.keys.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = function.apply(frozen.key(i), frozen.value(i));
        }
        return new FrozenMap<>(frozen.keys, values);
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
                return IntStream.range(0, keys.length)
                        .<Entry<K, V>>mapToObj(index -> new SimpleImmutableEntry<>(key(index), value(index)))
                        .iterator();
            }

            @Override
            public int size() {
                return keys.length;
            }
        };
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        for (int i = 0; i < keys.length; i++) {
            action.accept(key(i), value(i));
        }
    }

    /** The first place from {@code start} on whose key is not before this one. */
    int place(K key, int start) {
        int place = start;
        while (place < keys.length && keys[place] != key && key(place).compareTo(key) < 0) {
            place++;
        }
        return place;
    }

    /** What is at that place if it is of this key. */
    @Nullable
    V at(int place, K key) {
        return place < keys.length && (keys[place] == key || keys[place].equals(key)) ? value(place) : null;
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
