package io.weir.controlplane.policy;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.policy.InboundPolicy.Undeclared;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a workload accepts: the grants for its identity, port by port. */
public final class InboundResolver {

    private InboundResolver() {}

    /** The policy of every port of {@code workload} that its sidecar guards, in the workload's order. */
    public static InboundPolicy resolve(MeshModel mesh, Workload workload) {
        List<Grant> grants = mesh.grants().getOrDefault(workload.identity(), List.of());
        return new InboundPolicy(
                mesh.settings(),
                workload.ports().stream()
                        .filter(workload::guards)
                        .map(port -> resolve(mesh, workload, port))
                        .toList(),
                undeclared(workload, grants));
    }

    private static Undeclared undeclared(Workload workload, List<Grant> grants) {
        Binds binds = workload.binds();
        if (binds == null || workload.mode() == Mode.PERMISSIVE) {
            return new Undeclared(workload.mode(), List.of(), new TreeMap<>());
        }
        List<Grant> streams =
                grants.stream().filter(Grant.Stream.class::isInstance).toList();
        TreeMap<Integer, List<Grant>> named = new TreeMap<>();
        for (Grant grant : streams) {
            if (grant.ports() instanceof PortScope.Only(SortedSet<Integer> only)) {
                for (int port : only) {
                    if (binds.guards(port, Transport.TCP) && !declares(workload, port)) {
                        named.computeIfAbsent(
                                port,
                                _ -> streams.stream()
                                        .filter(one -> one.ports().covers(port))
                                        .toList());
                    }
                }
            }
        }
        List<Grant> anywhere = streams.stream()
                .filter(grant -> grant.ports() instanceof PortScope.All)
                .toList();
        return new Undeclared(workload.mode(), anywhere, named);
    }

    private static boolean declares(Workload workload, int port) {
        return workload.ports().stream()
                .anyMatch(one -> one.port() == port && one.protocol().transport() == Transport.TCP);
    }

    private static InboundPort resolve(MeshModel mesh, Workload workload, WorkloadPort port) {
        List<Grant> grants = applying(mesh.grants(), workload, port);
        return new InboundPort(
                port, workload.mode(), grants, applying(mesh.audited(), workload, port), datagramSources(mesh, grants));
    }

    private static List<Grant> applying(Map<Identity, List<Grant>> all, Workload workload, WorkloadPort port) {
        return all.getOrDefault(workload.identity(), List.of()).stream()
                .filter(grant -> grant.ports().covers(port.port()))
                .filter(grant -> applies(grant, port.protocol()))
                .toList();
    }

    /** HTTP is TCP, so a grant of streams lets HTTP pass (S13); the reverse does not hold (S12), nor does UDP (S16). */
    private static boolean applies(Grant grant, AppProtocol protocol) {
        return switch (grant) {
            case Grant.Http _ -> protocol == AppProtocol.HTTP;
            case Grant.Stream _ -> protocol != AppProtocol.UDP;
            case Grant.Datagram _ -> protocol == AppProtocol.UDP;
        };
    }

    /** Datagrams carry no certificate: the address of the sidecar, or of its pod, stands for its identity (S16). */
    private static SortedSet<String> datagramSources(MeshModel mesh, List<Grant> grants) {
        SortedSet<Identity> allowed = new TreeSet<>();
        for (Grant grant : grants) {
            if (grant instanceof Grant.Datagram datagram) {
                allowed.addAll(datagram.sources());
            }
        }
        SortedSet<String> addresses = new TreeSet<>();
        if (allowed.isEmpty()) {
            return addresses;
        }
        for (Workload caller : mesh.workloads().values()) {
            if (caller.binds() != null && allowed.contains(caller.identity())) {
                addresses.addAll(caller.binds().addresses());
            }
        }
        return addresses;
    }
}
