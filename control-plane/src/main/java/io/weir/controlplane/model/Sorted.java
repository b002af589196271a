package io.weir.controlplane.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Unmodifiable sorted copies: order is content, so every collection of the model is sorted where it is made. */
public final class Sorted {

    private Sorted() {}

    public static <T extends Comparable<? super T>> SortedSet<T> set(Iterable<T> values) {
        TreeSet<T> copy = new TreeSet<>();
        values.forEach(copy::add);
        return Collections.unmodifiableSortedSet(copy);
    }

    public static <K extends Comparable<? super K>, V> SortedMap<K, V> map(Map<K, V> values) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }
}
