package io.weir.controlplane.model.build;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.SpanSource;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.source.Replica;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A replica, its identity, and what each of its ports speaks. */
final class IdentityJoin {

    private static final Comparator<WorkloadPort> ORDER =
            Comparator.comparingInt(WorkloadPort::port).thenComparing(WorkloadPort::protocol);

    private IdentityJoin() {}

    /** @param uses the service ports that lead to it */
    static Workload join(Replica replica, List<PortUse.Use> uses, Mode mode, SpanSource spans) {
        List<WorkloadPort> ports = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            ports.addAll(ports(
                    replica,
                    uses.stream().filter(use -> use.transport() == transport).toList(),
                    transport));
        }
        ports.sort(ORDER);
        Replica.Sidecar sidecar = replica.sidecar();
        return new Workload(
                replica.key(),
                replica.uid(),
                replica.identity(),
                ports,
                mode,
                sidecar == null ? null : sidecar.binds(),
                sidecar == null ? KeySource.CONTROL_PLANE : sidecar.keySource(),
                spans);
    }

    /** Declared ports, and those that Services lead to without their being declared, as containers may have. */
    private static List<WorkloadPort> ports(Replica replica, List<PortUse.Use> uses, Transport transport) {
        TreeMap<Integer, AppProtocol> protocols = new TreeMap<>();
        TreeMap<Integer, Integer> appPorts = new TreeMap<>();
        for (Replica.Port port : replica.ports()) {
            if (port.transport() == transport) {
                appPorts.put(port.port(), port.appPort());
            }
        }
        for (PortUse.Use use : uses) {
            appPorts.putIfAbsent(use.port(), use.port());
            // Where Services disagree, HTTP wins: judging requests is narrower than judging connections.
            protocols.merge(use.port(), use.protocol(), (one, other) -> one == AppProtocol.HTTP ? one : other);
        }
        for (Replica.Port port : replica.ports()) {
            if (port.transport() == transport) {
                protocols.putIfAbsent(port.port(), Protocols.of(transport, port.appProtocol(), port.name()));
            }
        }
        Replica.Sidecar sidecar = replica.sidecar();
        Map<Integer, Integer> bound = sidecar == null ? appPorts : bound(sidecar, appPorts.keySet(), transport);
        String bindAddress = sidecar == null ? replica.appAddress() : sidecar.inboundAddress();
        List<WorkloadPort> ports = new ArrayList<>();
        appPorts.forEach((port, appPort) -> ports.add(new WorkloadPort(
                port,
                protocols.getOrDefault(port, AppProtocol.TCP),
                replica.appAddress(),
                appPort,
                bindAddress,
                bound.getOrDefault(port, port))));
        return ports;
    }

    private static Map<Integer, Integer> bound(Replica.Sidecar sidecar, Set<Integer> ports, Transport transport) {
        return switch (sidecar.binds()) {
            case Binds.Loopback _ -> sidecar.inboundPorts().bind(ports);
            case Binds.Redirected redirected -> transport == Transport.UDP ? redirected.udpPorts() : Map.of();
            case Binds.Explicit _ -> Map.of();
        };
    }
}
