package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.kubernetes.PodIndex.Place;
import io.weir.controlplane.source.kubernetes.Slice.Family;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From a Service and its slices to what stands behind each of its ports. */
final class EndpointResolution {

    private static final Comparator<BackendAddress> ORDER = Comparator.comparing(
                    BackendAddress::replica, Comparator.nullsLast(Comparator.<WorkloadKey>naturalOrder()))
            .thenComparing(BackendAddress::address)
            .thenComparingInt(BackendAddress::port);

    private EndpointResolution() {}

    private record At(String address, int port) {}

    private record Candidate(At at, @Nullable WorkloadKey replica, boolean ready, boolean draining) {

        /** An address may be in two slices while the cluster moves it from one to the other. */
        Candidate with(Candidate same) {
            return new Candidate(
                    at, replica == null ? same.replica : replica, ready || same.ready, draining || same.draining);
        }
    }

    /** An entry for every port of the Service, empty where nothing stands behind it. */
    static SortedMap<ServicePortKey, List<BackendAddress>> resolve(
            ServiceEntry service, Collection<Slice> slices, Function<Slice.Backend, Place> places) {
        TreeMap<ServicePortKey, List<BackendAddress>> endpoints = new TreeMap<>();
        for (ServiceEntry.Port port : service.ports()) {
            Map<At, Candidate> four = candidates(port, Family.IPV4, slices, places);
            Map<At, Candidate> six = candidates(port, Family.IPV6, slices, places);
            endpoints.put(
                    new ServicePortKey(service.key(), port.port(), port.transport()), addresses(preferring(four, six)));
        }
        return endpoints;
    }

    private static Map<At, Candidate> candidates(
            ServiceEntry.Port port, Family family, Collection<Slice> slices, Function<Slice.Backend, Place> places) {
        Map<At, Candidate> found = new HashMap<>();
        for (Slice slice : slices) {
            if (slice.family() == family) {
                slice.ports().stream()
                        .filter(open -> open.name().equals(port.name()) && open.transport() == port.transport())
                        .forEach(open -> slice.backends()
                                .forEach(backend -> add(found, backend, open.number(), places.apply(backend))));
            }
        }
        return found;
    }

    private static void add(Map<At, Candidate> found, Slice.Backend backend, int port, Place place) {
        At at = new At(backend.address(), port);
        WorkloadKey replica = switch (place) {
            case Place.OfReplica(WorkloadKey key) -> key;
            case Place.Anonymous _, Place.Stale _ -> null;
        };
        if (!(place instanceof Place.Stale)) {
            found.merge(at, new Candidate(at, replica, backend.ready(), backend.draining()), Candidate::with);
        }
    }

    /** Of a pod with addresses of both families one is enough, or it would get twice its share. */
    private static Collection<Candidate> preferring(Map<At, Candidate> four, Map<At, Candidate> six) {
        if (four.isEmpty()) {
            return six.values();
        }
        Set<WorkloadKey> reached = new HashSet<>();
        four.values().forEach(candidate -> {
            if (candidate.replica() != null) {
                reached.add(candidate.replica());
            }
        });
        Map<At, Candidate> all = new HashMap<>(four);
        six.forEach((at, candidate) -> {
            if (candidate.replica() != null && !reached.contains(candidate.replica())) {
                all.put(at, candidate);
            }
        });
        return all.values();
    }

    /** Where nothing is ready, pods that are ending and still serve are better than nothing, as for kube-proxy. */
    private static List<BackendAddress> addresses(Collection<Candidate> candidates) {
        boolean anyReady = candidates.stream().anyMatch(Candidate::ready);
        return candidates.stream()
                .map(candidate -> new BackendAddress(
                        candidate.at().address(),
                        candidate.at().port(),
                        candidate.ready() || (!anyReady && candidate.draining()),
                        candidate.replica()))
                .sorted(ORDER)
                .toList();
    }
}
