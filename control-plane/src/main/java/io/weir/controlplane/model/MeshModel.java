package io.weir.controlplane.model;

import java.util.List;
import java.util.SortedMap;

/**
 * The whole mesh at one moment, immutable.
 *
 * @param routes a table for every port of every service
 * @param grants by destination identity, each list sorted by origin
 * @param audited what TrafficTargets under audit would grant, kept as {@code grants} is, and kept apart from it: nobody is let in
 *     by these
 * @param endpoints the ready endpoints of every service port, sorted; kept apart from the services so that a change
 *     of endpoints leaves everything else equal
 * @param direct by port of a headless Service, the pods behind it that guard theirs, ready or not: whoever found them by
 *     DNS calls them by their own addresses, and must not lose them when they are not ready for a moment
 * @param loopback where sidecars on one machine listen for each service port; empty in a cluster
 */
public record MeshModel(
        MeshSettings settings,
        SortedMap<ServiceKey, MeshService> services,
        SortedMap<WorkloadKey, Workload> workloads,
        SortedMap<ServicePortKey, RouteTable> routes,
        SortedMap<Identity, List<Grant>> grants,
        SortedMap<Identity, List<Grant>> audited,
        SortedMap<ServicePortKey, List<Endpoint>> endpoints,
        SortedMap<ServicePortKey, List<Endpoint>> direct,
        SortedMap<ServicePortKey, LoopbackSlot> loopback) {

    public MeshModel {
        services = Sorted.map(services);
        workloads = Sorted.map(workloads);
        routes = Sorted.map(routes);
        grants = Sorted.map(grants);
        audited = Sorted.map(audited);
        endpoints = Sorted.map(endpoints);
        direct = Sorted.map(direct);
        loopback = Sorted.map(loopback);
    }
}
