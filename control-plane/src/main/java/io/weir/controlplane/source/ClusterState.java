package io.weir.controlplane.source;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.LoopbackSlot;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything a source knows at one moment, immutable.
 *
 * @param namespaces those that were declared; an undeclared namespace is an ordinary one
 * @param serviceAccounts those that were declared
 * @param endpoints what stands behind each service port, ready or not, sorted; a port without any may be absent
 * @param smi valid SMI objects, in their newest version
 * @param loopback where sidecars on one machine listen for each service port; empty in a cluster
 * @param locations where objects and their fields are written; kept apart from the objects, so that moving an object
 *     within its file changes no object
 * @param diagnostics what the source itself found wrong
 * @param versions of SMI objects, broken ones too; kept apart from the objects for the same reason; empty where objects
 *     have no versions, as in a folder
 */
public record ClusterState(
        SortedMap<String, NamespaceEntry> namespaces,
        SortedMap<ServiceKey, ServiceEntry> services,
        SortedSet<Identity> serviceAccounts,
        SortedMap<WorkloadKey, Replica> replicas,
        SortedMap<ServicePortKey, List<BackendAddress>> endpoints,
        SortedMap<ObjectRef, SmiEntry> smi,
        SortedMap<ServicePortKey, LoopbackSlot> loopback,
        SortedMap<ObjectRef, Lines> locations,
        List<Diagnostic> diagnostics,
        SortedMap<ObjectRef, ObjectVersion> versions) {

    /** Nothing at all. */
    public static final ClusterState EMPTY = new ClusterState(
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedSet(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            List.of());

    /** Of objects that have no versions. */
    public ClusterState(
            SortedMap<String, NamespaceEntry> namespaces,
            SortedMap<ServiceKey, ServiceEntry> services,
            SortedSet<Identity> serviceAccounts,
            SortedMap<WorkloadKey, Replica> replicas,
            SortedMap<ServicePortKey, List<BackendAddress>> endpoints,
            SortedMap<ObjectRef, SmiEntry> smi,
            SortedMap<ServicePortKey, LoopbackSlot> loopback,
            SortedMap<ObjectRef, Lines> locations,
            List<Diagnostic> diagnostics) {
        this(
                namespaces,
                services,
                serviceAccounts,
                replicas,
                endpoints,
                smi,
                loopback,
                locations,
                diagnostics,
                Collections.emptySortedMap());
    }

    public ClusterState {
        namespaces = Sorted.map(namespaces);
        services = Sorted.map(services);
        serviceAccounts = Sorted.set(serviceAccounts);
        replicas = Sorted.map(replicas);
        endpoints = Sorted.map(endpoints);
        smi = Sorted.map(smi);
        loopback = Sorted.map(loopback);
        locations = Sorted.map(locations);
        diagnostics = List.copyOf(diagnostics);
        versions = Sorted.map(versions);
    }

    /** The place of a field of an object, or of the nearest thing around it; null for an object not from a file. */
    public Diagnostic.@Nullable Location location(ObjectRef object, String field) {
        Lines lines = locations.get(object);
        return lines == null ? null : lines.locate(field);
    }

    /**
     * One address behind a service port.
     *
     * @param address an IP address where the app listens
     * @param port the port there, as the workload counts its ports: the resolved targetPort
     * @param ready whether it takes traffic
     * @param replica whose it is; null for an address that belongs to no known workload
     */
    public record BackendAddress(
            String address,
            int port,
            boolean ready,
            @Nullable WorkloadKey replica) {}

    /**
     * Which version of an SMI object an API server gave.
     *
     * @param uid tells it from an earlier object of the same name
     * @param generation counts the changes of what its author wants, from 1
     * @param inForce whether this version counts; where it is broken, the object's last good one does, or none
     */
    public record ObjectVersion(String uid, long generation, boolean inForce) {}
}
