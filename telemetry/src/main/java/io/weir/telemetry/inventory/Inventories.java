package io.weir.telemetry.inventory;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.SmiEntry;
import io.weir.smi.split.v1alpha4.TrafficSplit;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Backend;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.Inventory.Split;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.ResourceKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Takes stock of the mesh. */
public final class Inventories {

    private final ClusterState state;
    private final TreeMap<Resource, SortedMap<String, String>> labels = new TreeMap<>();
    private final TreeMap<WorkloadKey, Party> parties = new TreeMap<>();

    private Inventories(ClusterState state) {
        this.state = state;
    }

    /**
     * What there is in this state. A standalone Workload stands as a Deployment that owns its replicas as pods. A namespace
     * is there if it was declared or anything is in it, a node if a replica runs on it.
     */
    public static Inventory of(ClusterState state) {
        return new Inventories(state).take();
    }

    private Inventory take() {
        state.namespaces().values().forEach(namespace -> labels.put(namespace(namespace.name()), namespace.labels()));
        state.replicas().values().forEach(this::pod);
        // What a source knows of a Service says nothing of its labels.
        state.services().keySet().forEach(key -> add(ResourceKind.SERVICE, key.namespace(), key.name(), none()));
        return new Inventory(labels, parties, addresses(), members(), splits());
    }

    private void pod(Replica replica) {
        WorkloadKey key = replica.key();
        List<Owner> owners = owners(replica);
        parties.put(key, new Party(key.namespace(), key.name(), replica.serviceAccount(), owners, replica.node()));
        add(ResourceKind.POD, key.namespace(), key.name(), replica.labels());
        if (!replica.node().isEmpty()) {
            labels.putIfAbsent(new Resource(ResourceKind.NODE, "", replica.node()), none());
        }
        owners.forEach(owner -> add(owner.kind(), key.namespace(), owner.name(), replica.labels()));
    }

    /** Those of kinds that can be asked for; a pod may belong to something else, as a Job does to a CronJob. */
    private static List<Owner> owners(Replica replica) {
        List<Owner> owners = new ArrayList<>();
        for (Replica.Owner owner : replica.owners()) {
            Arrays.stream(ResourceKind.values())
                    .filter(kind -> kind.kind().equals(owner.kind()))
                    .forEach(kind -> owners.add(new Owner(kind, owner.name())));
        }
        return owners;
    }

    private void add(ResourceKind kind, String namespace, String name, SortedMap<String, String> its) {
        labels.putIfAbsent(namespace(namespace), none());
        labels.putIfAbsent(new Resource(kind, namespace, name), its);
    }

    private static Resource namespace(String name) {
        return new Resource(ResourceKind.NAMESPACE, "", name);
    }

    private static SortedMap<String, String> none() {
        return Collections.emptySortedMap();
    }

    /**
     * An address that several replicas share tells nothing, and one machine's usual loopback address is that of every program
     * that binds none of its own: both are left out.
     */
    private Map<String, WorkloadKey> addresses() {
        Map<String, WorkloadKey> addresses = new HashMap<>();
        Set<String> shared = new HashSet<>();
        shared.add("127.0.0.1");
        shared.add("::1");
        for (Replica replica : state.replicas().values()) {
            for (String address : addresses(replica)) {
                WorkloadKey other = addresses.putIfAbsent(address, replica.key());
                if (other != null && !other.equals(replica.key())) {
                    shared.add(address);
                }
            }
        }
        addresses.keySet().removeAll(shared);
        return addresses;
    }

    private static SortedSet<String> addresses(Replica replica) {
        TreeSet<String> addresses = new TreeSet<>();
        addresses.add(replica.appAddress());
        Replica.Sidecar sidecar = replica.sidecar();
        if (sidecar != null) {
            addresses.add(sidecar.inboundAddress());
            addresses.addAll(sidecar.binds().addresses());
        }
        return addresses;
    }

    /** Ready or not: what a pod answered still counts when it is not ready for a moment. */
    private SortedMap<ServiceKey, SortedSet<WorkloadKey>> members() {
        TreeMap<ServiceKey, SortedSet<WorkloadKey>> members = new TreeMap<>();
        state.services().keySet().forEach(key -> members.put(key, new TreeSet<>()));
        state.endpoints().forEach((port, backends) -> {
            SortedSet<WorkloadKey> those = members.get(port.service());
            for (BackendAddress backend : backends) {
                if (those != null && backend.replica() != null) {
                    those.add(backend.replica());
                }
            }
        });
        members.replaceAll((_, those) -> Collections.unmodifiableSortedSet(those));
        return members;
    }

    private List<Split> splits() {
        List<Split> splits = new ArrayList<>();
        for (Map.Entry<ObjectRef, SmiEntry> entry : state.smi().entrySet()) {
            if (entry.getValue().object() instanceof TrafficSplit split) {
                String namespace = split.metadata().namespace();
                add(
                        ResourceKind.TRAFFIC_SPLIT,
                        namespace,
                        split.metadata().name(),
                        split.metadata().labels());
                splits.add(new Split(
                        namespace,
                        split.metadata().name(),
                        root(namespace, split.spec().service()),
                        backends(split)));
            }
        }
        return splits;
    }

    /** One for each service, as the mesh counts them: a service listed twice has the sum of its weights. */
    private static List<Backend> backends(TrafficSplit split) {
        Map<String, Long> weights = new LinkedHashMap<>();
        split.spec()
                .backends()
                .forEach(backend -> weights.merge(backend.service(), (long) backend.weight(), Long::sum));
        return weights.entrySet().stream()
                .map(entry -> new Backend(entry.getKey(), Math.clamp(entry.getValue(), 0, Integer.MAX_VALUE)))
                .toList();
    }

    /**
     * The Service's bare name (S34); as written, if it names one of another namespace or none at all, of which there never
     * is any traffic.
     */
    private static String root(String namespace, String written) {
        int dot = written.indexOf('.');
        String rest = dot < 0 ? "" : written.substring(dot + 1);
        boolean here = rest.isEmpty()
                || rest.equals(namespace)
                || rest.equals(namespace + ".svc")
                || rest.startsWith(namespace + ".svc.");
        return dot > 0 && here ? written.substring(0, dot) : written;
    }
}
