package io.weir.cli.demo;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What all callers have counted.
 *
 * @param seconds when, by a clock that only goes forward; of a difference: how long it took
 * @param callers by {@code namespace/name}; a caller that did not answer has its last counts
 */
record Observation(double seconds, SortedMap<String, Tally> callers) {

    Observation {
        callers = Collections.unmodifiableSortedMap(new TreeMap<>(callers));
    }

    Tally of(String caller) {
        return callers.getOrDefault(caller, Tally.NONE);
    }

    Observation since(Observation earlier) {
        TreeMap<String, Tally> after = new TreeMap<>();
        callers.forEach((name, now) -> after.put(name, now.since(earlier.of(name))));
        return new Observation(seconds - earlier.seconds, after);
    }
}
