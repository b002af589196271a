package io.weir.controlplane.source.readiness;

import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.ClusterStateSource;
import io.weir.controlplane.source.Replica;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Another source's state, in which a replica that a supervisor starts takes traffic only once the supervisor has seen it
 * ready: its Envoy is live and its app accepts connections.
 */
public final class SupervisedSource implements ClusterStateSource {

    private final ClusterStateSource manifests;
    private final ReadyReplicas ready;
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private ClusterState seen = ClusterState.EMPTY;
    private Set<String> seenReady = Set.of();
    private ClusterState merged = ClusterState.EMPTY;

    /** Takes over the source and what tells readiness; both are closed with this. */
    public SupervisedSource(ClusterStateSource manifests, ReadyReplicas ready) {
        this.manifests = manifests;
        this.ready = ready;
        manifests.onChange(this::tell);
        ready.onChange(this::tell);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a source gives the same object while nothing changed
    public synchronized ClusterState current() {
        ClusterState state = manifests.current();
        Set<String> uids = ready.uids();
        if (state != seen || !uids.equals(seenReady)) {
            merged = merge(state, uids);
            seen = state;
            seenReady = uids;
        }
        return merged;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    private static ClusterState merge(ClusterState state, Set<String> uids) {
        Map<WorkloadKey, Replica> waiting = new HashMap<>();
        state.replicas().forEach((key, replica) -> {
            if (replica.ready() && replica.start() != null && !uids.contains(replica.uid())) {
                waiting.put(key, notReady(replica));
            }
        });
        if (waiting.isEmpty()) {
            return state;
        }
        SortedMap<WorkloadKey, Replica> replicas = new TreeMap<>(state.replicas());
        replicas.putAll(waiting);
        return new ClusterState(
                state.namespaces(),
                state.services(),
                state.serviceAccounts(),
                replicas,
                endpoints(state.endpoints(), waiting.keySet()),
                state.smi(),
                state.loopback(),
                state.locations(),
                state.diagnostics());
    }

    /** A list without a waiting replica stays the same object, so that nothing is built again for it. */
    private static SortedMap<ServicePortKey, List<BackendAddress>> endpoints(
            SortedMap<ServicePortKey, List<BackendAddress>> endpoints, Set<WorkloadKey> waiting) {
        SortedMap<ServicePortKey, List<BackendAddress>> merged = new TreeMap<>(endpoints);
        merged.replaceAll((_, addresses) -> addresses.stream().noneMatch(address -> waits(address, waiting))
                ? addresses
                : addresses.stream()
                        .map(address -> waits(address, waiting)
                                ? new BackendAddress(address.address(), address.port(), false, address.replica())
                                : address)
                        .toList());
        return merged;
    }

    private static boolean waits(BackendAddress address, Set<WorkloadKey> waiting) {
        return address.replica() != null && waiting.contains(address.replica());
    }

    private static Replica notReady(Replica replica) {
        return new Replica(
                replica.key(),
                replica.uid(),
                replica.workload(),
                replica.owners(),
                replica.node(),
                replica.ordinal(),
                replica.serviceAccount(),
                replica.labels(),
                replica.annotations(),
                replica.ports(),
                false,
                replica.appAddress(),
                replica.sidecar(),
                replica.start());
    }

    @Override
    public void close() {
        ready.close();
        manifests.close();
    }
}
