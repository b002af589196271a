package io.weir.controlplane.admin;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.LoopbackSlot;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.push.World;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.DesiredReplicas;
import io.weir.controlplane.standalone.DesiredReplicas.MetricsCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What should run on this machine, from what the source says. */
final class Replicas {

    private static final int MOST_ADDRESSES = 10_000;

    private Replicas() {}

    /** Every replica that has a sidecar on this machine, or an app to start. */
    static DesiredReplicas desired(World world, String xds, String trustDomain) {
        ClusterState state = world.state();
        List<DesiredReplica> replicas = new ArrayList<>();
        for (Replica replica : state.replicas().values()) {
            Replica.Sidecar sidecar = replica.sidecar();
            if (sidecar == null && replica.start() != null) {
                replicas.add(unmeshed(state, replica, replica.start()));
            } else if (sidecar != null && sidecar.binds() instanceof Binds.Loopback binds) {
                replicas.add(desired(state, replica, sidecar, binds));
            }
        }
        MeshModel model = world.built().model();
        return DesiredReplicas.of(
                xds,
                trustDomain,
                replicas,
                datagramsByAddress(model),
                metrics(model),
                model.settings().telemetry());
    }

    private static @Nullable MetricsCollector metrics(MeshModel model) {
        OpenTelemetry collector = model.settings().openTelemetry();
        if (collector == null || !collector.sends(OpenTelemetry.Signal.METRICS)) {
            return null;
        }
        TreeMap<String, String> services = new TreeMap<>();
        model.workloads()
                .forEach((key, workload) ->
                        services.put(key.toString(), workload.spans().service()));
        return new MetricsCollector(collector.endpoint(), services);
    }

    private static DesiredReplica unmeshed(ClusterState state, Replica replica, Replica.Start start) {
        return new DesiredReplica(
                replica.key().namespace(),
                replica.key().name(),
                replica.uid(),
                replica.serviceAccount(),
                null,
                null,
                replica.appAddress(),
                ports(replica),
                start.command(),
                start.env(),
                withoutSidecar(state));
    }

    private static List<String> datagramsByAddress(MeshModel model) {
        return model.workloads().values().stream()
                .filter(workload -> workload.meshed() && workload.mode() == Mode.DENY)
                .flatMap(workload -> workload.ports().stream()
                        .filter(port -> port.protocol() == AppProtocol.UDP)
                        .map(port -> workload.key() + ":" + port.port()))
                .toList();
    }

    private static DesiredReplica desired(
            ClusterState state, Replica replica, Replica.Sidecar sidecar, Binds.Loopback binds) {
        Replica.Start start = replica.start();
        return new DesiredReplica(
                replica.key().namespace(),
                replica.key().name(),
                replica.uid(),
                replica.serviceAccount(),
                binds.address(),
                binds.address() + ":" + binds.httpProxyPort(),
                replica.appAddress(),
                ports(replica, sidecar),
                start == null ? null : start.command(),
                start == null ? new TreeMap<>() : start.env(),
                // A list for every sidecar grows with the square: in a large mesh only started apps are told addresses.
                start == null && state.replicas().size() * state.loopback().size() > MOST_ADDRESSES
                        ? List.of()
                        : services(state, binds));
    }

    private static List<DesiredReplica.PortBinding> ports(Replica replica, Replica.Sidecar sidecar) {
        SortedMap<Integer, Integer> bound = sidecar.inboundPorts()
                .bind(replica.ports().stream().map(Replica.Port::port).toList());
        return replica.ports().stream()
                .map(port -> new DesiredReplica.PortBinding(
                        port.name(),
                        port.port(),
                        port.appPort(),
                        bound.getOrDefault(port.port(), port.port()),
                        port.transport()))
                .toList();
    }

    private static List<DesiredReplica.ServiceAddress> services(ClusterState state, Binds.Loopback binds) {
        List<DesiredReplica.ServiceAddress> services = new ArrayList<>();
        for (ServiceEntry service : state.services().values()) {
            for (ServiceEntry.Port port : service.ports()) {
                LoopbackSlot slot =
                        state.loopback().get(new ServicePortKey(service.key(), port.port(), port.transport()));
                if (slot != null) {
                    services.add(new DesiredReplica.ServiceAddress(
                            service.key().toString(),
                            address(binds.block() + slot.offset()),
                            port.port(),
                            slot.port(),
                            port.transport(),
                            port.name()));
                }
            }
        }
        return services;
    }

    /** Nobody listens for it at an address of the Service, so it is told that of one workload behind it. */
    private static List<DesiredReplica.ServiceAddress> withoutSidecar(ClusterState state) {
        List<DesiredReplica.ServiceAddress> services = new ArrayList<>();
        for (ServiceEntry service : state.services().values()) {
            for (ServiceEntry.Port port : service.ports()) {
                ServicePortKey key = new ServicePortKey(service.key(), port.port(), port.transport());
                for (ClusterState.BackendAddress backend : state.endpoints().getOrDefault(key, List.of())) {
                    DesiredReplica.ServiceAddress address = direct(state, key, port.name(), backend);
                    if (address != null) {
                        services.add(address);
                        break;
                    }
                }
            }
        }
        return services;
    }

    private static DesiredReplica.@Nullable ServiceAddress direct(
            ClusterState state, ServicePortKey key, String name, ClusterState.BackendAddress backend) {
        Replica replica = backend.replica() == null ? null : state.replicas().get(backend.replica());
        if (replica == null) {
            return null;
        }
        Replica.Sidecar sidecar = replica.sidecar();
        return (sidecar == null ? ports(replica) : ports(replica, sidecar))
                .stream()
                        .filter(port -> port.port() == backend.port() && port.transport() == key.transport())
                        .findFirst()
                        .map(port -> new DesiredReplica.ServiceAddress(
                                key.service().toString(),
                                sidecar == null ? replica.appAddress() : sidecar.inboundAddress(),
                                key.port(),
                                port.bindPort(),
                                key.transport(),
                                name))
                        .orElse(null);
    }

    private static List<DesiredReplica.PortBinding> ports(Replica replica) {
        return replica.ports().stream()
                .map(port -> new DesiredReplica.PortBinding(
                        port.name(), port.port(), port.appPort(), port.appPort(), port.transport()))
                .toList();
    }

    private static String address(int ipv4) {
        return (ipv4 >>> 24) + "." + (ipv4 >>> 16 & 255) + "." + (ipv4 >>> 8 & 255) + "." + (ipv4 & 255);
    }
}
