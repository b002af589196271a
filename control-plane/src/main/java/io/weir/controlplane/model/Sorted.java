package io.weir.controlplane.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Unmodifiable sorted copies: order is content, so every collection of the model is sorted where it is made. */
public final class Sorted {

    private Sorted() {}

    public static <T extends Comparable<? super T>> SortedSet<T> set(Iterable<T> values) {
        TreeSet<T> copy = new TreeSet<>();
        values.forEach(copy::add);
        return Collections.unmodifiableSortedSet(copy);
    }

    /** The same object for what was made here before. */
    public static <K extends Comparable<? super K>, V> SortedMap<K, V> map(Map<K, V> values) {
        if (values instanceof FrozenMap<K, V> frozen) {
            return frozen;
        }
        return FrozenMap.of(
                values instanceof SortedMap<K, V> sorted && sorted.comparator() == null
                        ? sorted
                        : new TreeMap<>(values));
    }

    /** A map with the keys of another, and what a function makes of its entries, which it is given in their order. */
    public static <K extends Comparable<? super K>, V, R> SortedMap<K, R> mapped(
            SortedMap<K, V> map, BiFunction<? super K, ? super V, ? extends R> function) {
        return FrozenMap.mapped(map, function);
    }

    /**
     * A way through a sorted map beside the one through another: what {@code map.get} answers, for keys that are asked for in their order, at
     * the cost of one step for each entry.
     */
    public static final class Cursor<K extends Comparable<? super K>, V> {

        private final FrozenMap<K, V> map;

        /** Where it is; a cursor is of one walk alone, and nobody else sees it move. */
        private final int[] place = {0};

        public Cursor(SortedMap<K, V> map) {
            this.map = FrozenMap.frozen(map);
        }

        /** @param key none that comes before one that was asked for */
        public @Nullable V at(K key) {
            place[0] = map.place(key, place[0]);
            return map.at(place[0], key);
        }
    }
}
