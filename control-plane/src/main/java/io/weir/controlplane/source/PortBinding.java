package io.weir.controlplane.source;

import io.weir.controlplane.model.Sorted;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Which port is really bound for a port that someone asked for.
 *
 * @param lowest the lowest port that may be bound; below it, 10000 is added
 * @param taken ports at the same address that are not to be had
 */
public record PortBinding(int lowest, SortedSet<Integer> taken) {

    private static final int SHIFT = 10_000;
    private static final int HIGHEST = 65_535;

    public PortBinding {
        taken = Sorted.set(taken);
    }

    /** Every port is bound as it is. */
    public static PortBinding same() {
        return new PortBinding(0, Collections.emptySortedSet());
    }

    /** Binds for all the ports of one address and transport; those that can keep their number keep it. */
    public SortedMap<Integer, Integer> bind(Iterable<Integer> ports) {
        SortedSet<Integer> wanted = Sorted.set(ports);
        Set<Integer> used = new HashSet<>(taken);
        TreeMap<Integer, Integer> bound = new TreeMap<>();
        for (int port : wanted) {
            if (port >= lowest && used.add(port)) {
                bound.put(port, port);
            }
        }
        for (int port : wanted) {
            bound.computeIfAbsent(port, p -> nextFree(p, used));
        }
        return Sorted.map(bound);
    }

    private int nextFree(int port, Set<Integer> used) {
        int candidate = port + SHIFT > HIGHEST ? Math.max(lowest, 1024) : port + SHIFT;
        while (!used.add(candidate)) {
            candidate = candidate == HIGHEST ? Math.max(lowest, 1024) : candidate + 1;
        }
        return candidate;
    }
}
