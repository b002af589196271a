package io.weir.controlplane.model;

import java.util.SortedSet;

/** The workload ports that a grant covers. */
public sealed interface PortScope {

    /** Whether the port is covered. */
    boolean covers(int port);

    /** Every port. */
    record All() implements PortScope {
        @Override
        public boolean covers(int port) {
            return true;
        }
    }

    /** The listed ports and no other; an empty set covers none. */
    record Only(SortedSet<Integer> ports) implements PortScope {
        public Only {
            ports = Sorted.set(ports);
        }

        @Override
        public boolean covers(int port) {
            return ports.contains(port);
        }
    }
}
