package io.weir.controlplane.model.build;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.PathMatch;
import io.weir.controlplane.source.SmiEntry;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroup;
import io.weir.smi.specs.v1alpha4.TCPRoute;
import io.weir.smi.specs.v1alpha4.UDPRoute;
import io.weir.smi.split.v1alpha4.TrafficSplit;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * SMI objects by kind.
 *
 * @param pathMatch how the groups' path regexes are read
 */
record SmiIndex(
        SortedMap<ObjectRef, TrafficTarget> targets,
        SortedMap<ObjectRef, HTTPRouteGroup> groups,
        SortedMap<ObjectRef, TCPRoute> tcpRoutes,
        SortedMap<ObjectRef, UDPRoute> udpRoutes,
        SortedMap<ObjectRef, Aged> splits,
        PathMatch pathMatch) {

    /** A split and when it was made. */
    record Aged(TrafficSplit split, Instant created) {}

    static SmiIndex of(Map<ObjectRef, SmiEntry> smi, PathMatch pathMatch) {
        TreeMap<ObjectRef, TrafficTarget> targets = new TreeMap<>();
        TreeMap<ObjectRef, HTTPRouteGroup> groups = new TreeMap<>();
        TreeMap<ObjectRef, TCPRoute> tcpRoutes = new TreeMap<>();
        TreeMap<ObjectRef, UDPRoute> udpRoutes = new TreeMap<>();
        TreeMap<ObjectRef, Aged> splits = new TreeMap<>();
        smi.forEach((ref, entry) -> {
            switch (entry.object()) {
                case TrafficTarget target -> targets.put(ref, target);
                case HTTPRouteGroup group -> groups.put(ref, group);
                case TCPRoute route -> tcpRoutes.put(ref, route);
                case UDPRoute route -> udpRoutes.put(ref, route);
                case TrafficSplit split -> splits.put(ref, new Aged(split, entry.created()));
            }
        });
        return new SmiIndex(
                Collections.unmodifiableSortedMap(targets),
                Collections.unmodifiableSortedMap(groups),
                Collections.unmodifiableSortedMap(tcpRoutes),
                Collections.unmodifiableSortedMap(udpRoutes),
                Collections.unmodifiableSortedMap(splits),
                pathMatch);
    }

    @Nullable
    HTTPRouteGroup group(String namespace, String name) {
        return groups.get(new ObjectRef("HTTPRouteGroup", namespace, name));
    }
}
