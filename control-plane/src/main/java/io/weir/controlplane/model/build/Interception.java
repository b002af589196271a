package io.weir.controlplane.model.build;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.smi.access.v1alpha3.Rule;
import io.weir.smi.specs.v1alpha4.UDPRoute;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where what an object says can't be done, because the traffic it speaks of does not pass a sidecar. */
record Interception(MeshModel model, SmiIndex smi) {

    /** UDP reaches a pod's sidecar only at ports that the pod's containers declare. */
    List<Note> datagrams() {
        Set<Note> notes = new LinkedHashSet<>();
        smi.targets().forEach((origin, target) -> {
            Identity destination = AccessResolver.identity(target, target.spec().destination());
            for (Rule rule : target.spec().rules()) {
                ObjectRef name = new ObjectRef(rule.kind(), origin.namespace(), rule.name());
                UDPRoute route = smi.udpRoutes().get(name);
                if (route != null) {
                    unguarded(destination, route).forEach(port -> notes.add(notIntercepted(name, destination, port)));
                }
            }
        });
        return List.copyOf(notes);
    }

    private Set<Integer> unguarded(Identity destination, UDPRoute route) {
        Set<Integer> unguarded = new TreeSet<>();
        for (Workload workload : model.workloads().values()) {
            Binds binds = workload.binds();
            if (binds != null && workload.identity().equals(destination)) {
                ports(workload, route).stream()
                        .filter(port -> !binds.guards(port, Transport.UDP))
                        .forEach(unguarded::add);
            }
        }
        return unguarded;
    }

    /** S15: a route without ports means all of them, of which those that are known can be told. */
    private static List<Integer> ports(Workload workload, UDPRoute route) {
        List<Integer> named = route.spec().ports();
        return named.isEmpty()
                ? workload.ports().stream()
                        .filter(port -> port.protocol().transport() == Transport.UDP)
                        .map(WorkloadPort::port)
                        .toList()
                : named;
    }

    private static Note notIntercepted(ObjectRef route, Identity destination, int port) {
        return Note.warning(
                Code.UDP_PORT_NOT_INTERCEPTED,
                route,
                "spec.matches.ports",
                "UDP port " + port + " of " + destination
                        + " is not redirected to the sidecar in every pod, so anybody may send to it there.",
                "Declare the port with protocol: UDP in a container of the pod, and start the pod anew.");
    }

    /** Null unless callers look up the pods of a split's root and call them by their own addresses. */
    @Nullable
    Note headless(ObjectRef split, ServiceEntry root) {
        boolean redirected = root.clusterIps().isEmpty()
                && model.workloads().values().stream().anyMatch(one -> one.binds() instanceof Binds.Redirected);
        return redirected
                ? Note.warning(
                        Code.SPLIT_ROOT_HEADLESS,
                        split,
                        "spec.service",
                        "Service " + root.key()
                                + " is headless: its callers find its pods by DNS and call them by their"
                                + " own addresses, so nothing is split for callers whose traffic is redirected.",
                        "Give the Service a cluster IP.")
                : null;
    }

    /** Those of splits whose roots are headless. */
    List<Note> headless(SplitRules rules, Map<ObjectRef, SmiIndex.Aged> splits) {
        Set<Note> notes = new LinkedHashSet<>();
        splits.forEach((name, aged) -> {
            var root = rules.service(
                    aged.split().metadata().namespace(), aged.split().spec().service());
            ServiceEntry service = root == null ? null : rules.services().get(root);
            Note note = service == null ? null : headless(name, service);
            if (note != null) {
                notes.add(note);
            }
        });
        return List.copyOf(notes);
    }
}
