package io.weir.controlplane.policy;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadPort;
import java.util.List;
import java.util.SortedSet;
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
                        .map(port -> resolve(mesh, workload, port, grants))
                        .toList());
    }

    private static InboundPort resolve(MeshModel mesh, Workload workload, WorkloadPort port, List<Grant> grants) {
        List<Grant> applying = grants.stream()
                .filter(grant -> grant.ports().covers(port.port()))
                .filter(grant -> applies(grant, port.protocol()))
                .toList();
        return new InboundPort(port, workload.mode(), applying, datagramSources(mesh, applying));
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
