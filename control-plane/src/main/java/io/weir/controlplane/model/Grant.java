package io.weir.controlplane.model;

import java.util.List;
import java.util.SortedSet;

/**
 * Lets some identities send some traffic to the workloads of one identity. Grants add up: a request passes if any
 * grant lets it (S2, S5). A grant without sources or without matches lets nobody and is never made.
 */
public sealed interface Grant {

    /** The object that grants, for people and for policy names: {@code TrafficTarget shop/buyers}. */
    ObjectRef origin();

    /** Who may call; never empty. */
    SortedSet<Identity> sources();

    /** The workload ports that are covered. */
    PortScope ports();

    /** HTTP requests that match any of {@code matches} (never empty). Raw TCP is not covered (S12). */
    record Http(ObjectRef origin, SortedSet<Identity> sources, PortScope ports, List<RequestMatch> matches)
            implements Grant {
        public Http {
            sources = Sorted.set(sources);
            matches = List.copyOf(matches);
        }
    }

    /** Every TCP connection, and every HTTP request, because HTTP is TCP (S13). */
    record Stream(ObjectRef origin, SortedSet<Identity> sources, PortScope ports) implements Grant {
        public Stream {
            sources = Sorted.set(sources);
        }
    }

    /** UDP datagrams (S16). */
    record Datagram(ObjectRef origin, SortedSet<Identity> sources, PortScope ports) implements Grant {
        public Datagram {
            sources = Sorted.set(sources);
        }
    }
}
