package io.weir.smi.validate;

import io.weir.smi.Violation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Entries of a list that say the same thing twice. */
final class Duplicates {

    private Duplicates() {}

    /** An error at each entry whose key came before; an empty key compares with nothing. */
    static <T> Stream<Violation> among(List<T> entries, Function<T, String> key, Function<T, Field> place) {
        return repeated(entries, key).stream()
                .flatMap(entry -> place.apply(entry)
                        .error(
                                Codes.DUPLICATE,
                                "\"" + Names.shown(key.apply(entry)) + "\" is listed before.",
                                "Remove or rename one of the two."));
    }

    /** The entries whose key came before, in order. */
    static <T> List<T> repeated(List<T> entries, Function<T, String> key) {
        Set<String> seen = new HashSet<>();
        return entries.stream()
                .filter(entry -> !key.apply(entry).isEmpty() && !seen.add(key.apply(entry)))
                .toList();
    }
}
