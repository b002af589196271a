package io.weir.controlplane.source;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.ClusterState.ObjectVersion;
import io.weir.smi.SmiKind;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a folder says, as a cluster would say it: replicas are pods with addresses of their own, whose annotations tell
 * how traffic gets to their sidecars, and Services have cluster IPs.
 *
 * @param pods the addresses of a pod, the primary one first
 * @param services the cluster IPs of a Service; none for a headless one
 * @param keys of their sidecars
 */
public record InCluster(
        Function<WorkloadKey, List<String>> pods, Function<ServiceKey, List<String>> services, KeySource keys) {

    public InCluster(Function<WorkloadKey, List<String>> pods, Function<ServiceKey, List<String>> services) {
        this(pods, services, KeySource.CONTROL_PLANE);
    }

    /** The state in a cluster. */
    public ClusterState of(ClusterState folder) {
        TreeMap<WorkloadKey, Replica> replicas = new TreeMap<>(folder.replicas());
        replicas.replaceAll((key, replica) -> pod(replica, pods.apply(key)));
        TreeMap<ServiceKey, ServiceEntry> entries = new TreeMap<>(folder.services());
        entries.replaceAll(
                (key, service) -> new ServiceEntry(key, service.selector(), service.ports(), services.apply(key)));
        TreeMap<ServicePortKey, List<BackendAddress>> endpoints = new TreeMap<>(folder.endpoints());
        endpoints.replaceAll((_, addresses) -> everyFamily(addresses));
        return new ClusterState(
                folder.namespaces(),
                entries,
                folder.serviceAccounts(),
                replicas,
                endpoints,
                folder.smi(),
                new TreeMap<>(),
                folder.locations(),
                folder.diagnostics(),
                versions(folder));
    }

    /** As if each SMI object, broken or not, had been made just now. */
    private static SortedMap<ObjectRef, ObjectVersion> versions(ClusterState folder) {
        TreeMap<ObjectRef, ObjectVersion> versions = new TreeMap<>();
        folder.diagnostics().stream()
                .map(Diagnostic::object)
                .filter(object -> Arrays.stream(SmiKind.values())
                        .anyMatch(kind -> kind.kind().equals(object.kind())))
                .forEach(object -> versions.put(object, new ObjectVersion("uid of " + object, 1, false)));
        folder.smi().keySet().forEach(object -> versions.put(object, new ObjectVersion("uid of " + object, 1, true)));
        return versions;
    }

    private List<BackendAddress> everyFamily(List<BackendAddress> addresses) {
        List<BackendAddress> all = new ArrayList<>();
        for (BackendAddress one : addresses) {
            List<String> own = one.replica() == null ? List.of(one.address()) : pods.apply(one.replica());
            own.forEach(address -> all.add(new BackendAddress(address, one.port(), one.ready(), one.replica())));
        }
        return all;
    }

    private Replica pod(Replica replica, List<String> addresses) {
        return new Replica(
                replica.key(),
                "uid of " + replica.key(),
                replica.workload(),
                replica.owners(),
                replica.node(),
                replica.ordinal(),
                replica.serviceAccount(),
                replica.labels(),
                replica.annotations(),
                replica.ports(),
                replica.ready(),
                addresses.getFirst(),
                replica.sidecar() == null ? null : Replica.Sidecar.inPod(binds(replica, addresses), keys),
                null);
    }

    private static Binds binds(Replica replica, List<String> addresses) {
        String interception = replica.annotations().getOrDefault(Keys.INTERCEPTION, "redirect");
        return interception.equals("explicit")
                ? new Binds.Explicit(addresses)
                : new Binds.Redirected(addresses, udpPorts(replica), excludedPorts(replica));
    }

    /** Where the injector lets the sidecar listen for the pod's UDP ports. */
    public static SortedMap<Integer, Integer> udpPorts(Replica replica) {
        SortedSet<Integer> declared = new TreeSet<>();
        for (Replica.Port port : replica.ports()) {
            if (port.transport() == Transport.UDP) {
                declared.add(port.port());
            }
        }
        TreeMap<Integer, Integer> bound = new TreeMap<>();
        declared.forEach(port -> bound.put(port, Sidecar.FIRST_UDP_PORT + bound.size()));
        return bound;
    }

    /** The ports at which callers reach the pod's app itself. */
    public static SortedSet<Integer> excludedPorts(Replica replica) {
        String written = replica.annotations().getOrDefault(Keys.EXCLUDE_INBOUND_PORTS, "");
        return Sorted.set(Arrays.stream(written.split(",", -1))
                .filter(port -> !port.isEmpty())
                .map(Integer::valueOf)
                .toList());
    }
}
