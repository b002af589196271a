package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.ClusterState.ObjectVersion;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.SmiEntry;
import io.weir.controlplane.source.decode.Kept;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The state that follows from the objects, kept up to date at the cost of what changes: a slice touches the endpoints of
 * its Service, a pod its replica and the Services whose slices name it. Whatever comes out equal stays the same object.
 * Used by one thread.
 */
final class MeshState {

    private final TreeMap<String, NamespaceEntry> namespaces = new TreeMap<>();
    private final TreeMap<ServiceKey, ServiceEntry> services = new TreeMap<>();
    private final TreeSet<Identity> accounts = new TreeSet<>();
    private final TreeMap<WorkloadKey, Replica> replicas = new TreeMap<>();
    private final TreeMap<ServicePortKey, List<BackendAddress>> endpoints = new TreeMap<>();
    private final TreeMap<ObjectRef, SmiEntry> smi = new TreeMap<>();
    private final TreeMap<ObjectRef, List<Diagnostic>> diagnostics = new TreeMap<>();
    private final TreeMap<ObjectRef, ObjectVersion> versions = new TreeMap<>();
    private final Map<ObjectRef, Held> objects = new HashMap<>();
    private final PodIndex pods = new PodIndex();
    private final SliceIndex slices = new SliceIndex();
    private final Set<WorkloadKey> touchedPods = new HashSet<>();
    private final Set<ServiceKey> touchedServices = new HashSet<>();
    private ClusterState current = ClusterState.EMPTY;
    private boolean changed;

    /**
     * The state after these changes; the same object as before if they change nothing.
     *
     * @param changes null for an object that is gone
     */
    ClusterState apply(Map<ObjectRef, ? extends @Nullable Held> changes) {
        changes.forEach(this::change);
        for (WorkloadKey key : touchedPods) {
            put(replicas, key, pods.replica(key));
            touchedServices.addAll(slices.naming(key));
        }
        touchedServices.forEach(this::resolve);
        touchedPods.clear();
        touchedServices.clear();
        if (changed) {
            current = new ClusterState(
                    namespaces,
                    services,
                    accounts,
                    replicas,
                    endpoints,
                    smi,
                    Collections.emptySortedMap(),
                    Collections.emptySortedMap(),
                    diagnostics.values().stream().flatMap(Collection::stream).toList(),
                    versions);
            changed = false;
        }
        return current;
    }

    /** Every object, for another one of this kind to begin with. */
    Map<ObjectRef, Held> objects() {
        return Map.copyOf(objects);
    }

    private void change(ObjectRef ref, @Nullable Held after) {
        Held before = after == null ? objects.remove(ref) : objects.put(ref, after);
        Trimmed old = before == null ? null : before.value();
        Trimmed fresh = after == null ? null : after.value();
        List<Diagnostic> found = after == null ? List.of() : after.diagnostics();
        put(diagnostics, ref, found.isEmpty() ? null : found);
        put(versions, ref, after == null ? null : after.version());
        if (old != null && !old.equals(fresh)) {
            remove(old);
        }
        if (fresh != null && !fresh.equals(old)) {
            add(fresh);
        }
    }

    private void add(Trimmed value) {
        switch (value) {
            case Trimmed.OfNamespace(NamespaceEntry namespace) -> put(namespaces, namespace.name(), namespace);
            case Trimmed.OfAccount(Identity account) -> changed |= accounts.add(account);
            case Trimmed.OfServiceEntry(ServiceEntry service) -> {
                put(services, service.key(), service);
                touchedServices.add(service.key());
            }
            case Trimmed.OfPod(Pod pod) -> touchedPods.addAll(pods.put(pod));
            case Trimmed.OfReplicaSet(ObjectRef replicaSet, Replica.Owner owner) ->
                touchedPods.addAll(pods.own(replicaSet, owner));
            case Trimmed.OfSlice(Slice slice) -> {
                slices.put(slice);
                touchedServices.add(slice.service());
            }
            case Trimmed.OfSmi(ObjectRef ref, SmiEntry entry) -> put(smi, ref, entry);
        }
    }

    private void remove(Trimmed value) {
        switch (value) {
            case Trimmed.OfNamespace(NamespaceEntry namespace) -> put(namespaces, namespace.name(), null);
            case Trimmed.OfAccount(Identity account) -> changed |= accounts.remove(account);
            case Trimmed.OfServiceEntry(ServiceEntry service) -> {
                put(services, service.key(), null);
                touchedServices.add(service.key());
            }
            case Trimmed.OfPod(Pod pod) -> touchedPods.addAll(pods.remove(pod.key()));
            case Trimmed.OfReplicaSet(ObjectRef replicaSet, Replica.Owner _) ->
                touchedPods.addAll(pods.own(replicaSet, null));
            case Trimmed.OfSlice(Slice slice) -> {
                slices.remove(slice);
                touchedServices.add(slice.service());
            }
            case Trimmed.OfSmi(ObjectRef ref, SmiEntry _) -> put(smi, ref, null);
        }
    }

    private void resolve(ServiceKey key) {
        ServiceEntry service = services.get(key);
        SortedMap<ServicePortKey, List<BackendAddress>> fresh = service == null
                ? Collections.emptySortedMap()
                : EndpointResolution.resolve(service, slices.of(key), pods::place);
        SortedMap<ServicePortKey, List<BackendAddress>> old = endpoints.subMap(
                new ServicePortKey(key, 0, Transport.TCP), new ServicePortKey(key, Integer.MAX_VALUE, Transport.TCP));
        List.copyOf(old.keySet()).forEach(port -> {
            if (!fresh.containsKey(port)) {
                put(endpoints, port, null);
            }
        });
        fresh.forEach((port, addresses) -> put(endpoints, port, addresses));
    }

    /** Null removes. */
    private <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
        V old = map.get(key);
        if (value == null) {
            changed |= map.remove(key) != null;
        } else if (old == null || !old.equals(value)) {
            map.put(key, Kept.of(old, value));
            changed = true;
        }
    }
}
