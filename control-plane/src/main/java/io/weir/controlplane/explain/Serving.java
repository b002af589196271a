package io.weir.controlplane.explain;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Who answers at a service port, as far as policy can tell replicas apart.
 *
 * @param port the workload's port number
 */
record Serving(Identity account, int port, AppProtocol protocol, Mode mode, Sidecar sidecar) {

    /** Whether a sidecar stands before the app. */
    enum Sidecar {
        PRESENT,
        /** There is one, but callers of this port do not meet it. */
        BYPASSED,
        ABSENT
    }

    /** Sorted by account; one entry for replicas that are alike. */
    static List<Serving> at(MeshModel model, ServicePortKey target) {
        Set<Place> places = new HashSet<>();
        model.endpoints()
                .getOrDefault(target, List.of())
                .forEach(endpoint -> places.add(new Place(endpoint.address(), endpoint.port())));
        TreeMap<Identity, Set<Serving>> byAccount = new TreeMap<>();
        for (Workload workload : model.workloads().values()) {
            for (WorkloadPort port : workload.ports()) {
                if (port.protocol().transport() == target.transport()
                        && places(workload, port).anyMatch(places::contains)) {
                    byAccount
                            .computeIfAbsent(workload.identity(), _ -> new LinkedHashSet<>())
                            .add(serving(workload, port));
                }
            }
        }
        List<Serving> all = new ArrayList<>();
        byAccount.values().forEach(all::addAll);
        return all;
    }

    /** Whether an endpoint is this port of the workload. */
    static boolean isAt(Endpoint endpoint, Workload workload, WorkloadPort port) {
        return places(workload, port).anyMatch(new Place(endpoint.address(), endpoint.port())::equals);
    }

    private static Serving serving(Workload workload, WorkloadPort port) {
        return new Serving(workload.identity(), port.port(), port.protocol(), workload.mode(), sidecar(workload, port));
    }

    private static Sidecar sidecar(Workload workload, WorkloadPort port) {
        if (workload.guards(port)) {
            return Sidecar.PRESENT;
        }
        return workload.meshed() ? Sidecar.BYPASSED : Sidecar.ABSENT;
    }

    private static Stream<Place> places(Workload workload, WorkloadPort port) {
        return switch (workload.binds()) {
            case Binds.Loopback _ -> Stream.of(new Place(port.bindAddress(), port.bindPort()));
            case Binds.Redirected pod -> pod.addresses().stream().map(address -> new Place(address, port.appPort()));
            case Binds.Explicit pod -> pod.addresses().stream().map(address -> new Place(address, port.appPort()));
            case null -> Stream.of(new Place(port.appAddress(), port.appPort()));
        };
    }

    private record Place(String address, int port) {}
}
