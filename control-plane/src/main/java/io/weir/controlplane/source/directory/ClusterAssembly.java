package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.LoopbackSlot;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.Lines;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.PortBinding;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.SmiEntry;
import io.weir.controlplane.source.decode.Codes;
import io.weir.controlplane.source.decode.Kept;
import io.weir.controlplane.source.directory.FolderState.Held;
import io.weir.controlplane.source.directory.WorkloadSpec.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** From the objects in effect, and their places on this machine, to one state. */
final class ClusterAssembly {

    private final FolderState folder;
    private final PortRules ports;
    private final ClusterState before;
    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private final TreeMap<String, NamespaceEntry> namespaces = new TreeMap<>();
    private final TreeMap<ServiceKey, ServiceEntry> services = new TreeMap<>();
    private final TreeSet<Identity> accounts = new TreeSet<>();
    private final TreeMap<ObjectRef, SmiEntry> smi = new TreeMap<>();
    private final TreeMap<WorkloadKey, WorkloadSpec> workloads = new TreeMap<>();
    private final TreeMap<WorkloadKey, Integer> ordinals = new TreeMap<>();

    /**
     * @param lowestPort the lowest port that may be bound on this machine
     * @param httpProxyPort where every sidecar has its forward proxy, at its own address
     * @param taken ports that others have at every address of this machine
     */
    record PortRules(int lowestPort, int httpProxyPort, SortedSet<Integer> taken) {

        PortRules {
            taken = Sorted.set(taken);
        }

        PortBinding anywhere() {
            return new PortBinding(lowestPort, taken);
        }

        PortBinding atSidecar() {
            TreeSet<Integer> all = new TreeSet<>(taken);
            all.add(httpProxyPort);
            return new PortBinding(lowestPort, all);
        }
    }

    /** @param before the last state, whose equal parts are used again */
    ClusterAssembly(FolderState folder, PortRules ports, ClusterState before) {
        this.folder = folder;
        this.ports = ports;
        this.before = before;
        folder.objects().values().forEach(this::sort);
    }

    private void sort(Held held) {
        switch (held.manifest()) {
            case Manifest.OfNamespace(NamespaceEntry namespace) -> namespaces.put(namespace.name(), namespace);
            case Manifest.OfServiceEntry(ServiceEntry service) -> services.put(service.key(), service);
            case Manifest.OfAccount(Identity account) -> accounts.add(account);
            case Manifest.OfWorkload(WorkloadSpec workload) -> workload(held, workload);
            case Manifest.OfSmi smiObject -> {
                var object = smiObject.object();
                var created = object.metadata().creationTimestamp();
                SmiEntry entry = new SmiEntry(object, created == null ? held.firstSeen() : created);
                smi.put(held.ref(), Kept.of(before.smi().get(held.ref()), entry));
            }
        }
    }

    private void workload(Held held, WorkloadSpec workload) {
        workload.replicaKeys().forEach((key, ordinal) -> {
            WorkloadSpec first = workloads.putIfAbsent(key, workload);
            if (first == null) {
                ordinals.put(key, ordinal);
            } else {
                diagnostics.add(new Diagnostic(
                        Severity.ERROR,
                        Codes.REPLICA_CLASH.code(),
                        held.ref(),
                        "metadata.name",
                        "A replica of Workload " + first.key() + " is called " + key
                                + " already, so this one is left out.",
                        "Rename one of the two.",
                        held.lines().locate("metadata.name")));
            }
        });
    }

    /** What needs a place: replicas with their accounts. */
    SortedMap<WorkloadKey, String> wantedReplicas() {
        TreeMap<WorkloadKey, String> wanted = new TreeMap<>();
        workloads.forEach((key, workload) -> wanted.put(key, workload.serviceAccount()));
        return wanted;
    }

    SortedMap<ServiceKey, ServiceEntry> services() {
        return services;
    }

    /**
     * @param base the first address of the mesh, as a number
     * @param table with the places that {@link #wantedReplicas} and {@link #services} were given
     * @param found what was wrong with the files
     */
    ClusterState assemble(int base, LoopbackTable table, List<Diagnostic> found) {
        TreeMap<WorkloadKey, Replica> replicas = new TreeMap<>();
        workloads.forEach((key, workload) -> {
            Integer block = table.replicas().assigned().get(key);
            LoopbackTable.Incarnation incarnation = table.incarnations().get(key);
            if (block == null || incarnation == null) {
                noAddress(workload.key(), "Workload", LoopbackTable.MAX_REPLICAS + " replicas");
            } else {
                Replica replica = replica(key, incarnation.uid(), workload, base + block * LoopbackTable.BLOCK_SIZE);
                replicas.put(key, Kept.of(before.replicas().get(key), replica));
            }
        });
        TreeMap<ObjectRef, Lines> locations = new TreeMap<>();
        folder.objects().forEach((ref, held) -> locations.put(ref, held.lines()));
        ServiceSelection selection = new ServiceSelection(replicas.values(), locations);
        TreeMap<ServicePortKey, List<ClusterState.BackendAddress>> endpoints = new TreeMap<>();
        services.values()
                .forEach(service -> selection
                        .endpoints(service)
                        .forEach((key, list) ->
                                endpoints.put(key, Kept.of(before.endpoints().get(key), list))));
        SortedMap<ServicePortKey, LoopbackSlot> loopback = loopback(table);
        diagnostics.addAll(selection.diagnostics());
        diagnostics.addAll(found);
        return new ClusterState(
                namespaces, services, accounts, replicas, endpoints, smi, loopback, locations, diagnostics);
    }

    private Replica replica(WorkloadKey key, String uid, WorkloadSpec workload, int block) {
        String own = Addresses.text(block + LoopbackTable.SIDECAR_OFFSET);
        Replica.Sidecar sidecar = workload.inject() == Inject.DISABLED
                ? null
                : new Replica.Sidecar(
                        new Binds.Loopback(own, ports.httpProxyPort(), block),
                        own,
                        ports.atSidecar(),
                        KeySource.CONTROL_PLANE);
        boolean started = workload.start() != null;
        return new Replica(
                key,
                uid,
                workload.key().name(),
                List.of(new Replica.Owner("Deployment", workload.key().name())),
                "",
                ordinals.getOrDefault(key, 0),
                workload.serviceAccount(),
                workload.labels(),
                workload.annotations(),
                started ? startedPorts(workload) : ports(workload),
                workload.ready(),
                started ? Addresses.text(block + LoopbackTable.APP_OFFSET) : workload.address(),
                sidecar,
                workload.start());
    }

    private static List<Replica.Port> ports(WorkloadSpec workload) {
        return workload.ports().stream()
                .map(port ->
                        new Replica.Port(port.port(), port.name(), port.transport(), port.appProtocol(), port.port()))
                .toList();
    }

    /** A started app can't bind what we may not bind, so it is told another port. */
    private List<Replica.Port> startedPorts(WorkloadSpec workload) {
        List<Replica.Port> result = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            List<WorkloadSpec.Port> those = workload.ports().stream()
                    .filter(port -> port.transport() == transport)
                    .toList();
            Map<Integer, Integer> bound = ports.anywhere()
                    .bind(those.stream().map(WorkloadSpec.Port::port).toList());
            those.forEach(port -> result.add(new Replica.Port(
                    port.port(),
                    port.name(),
                    transport,
                    port.appProtocol(),
                    bound.getOrDefault(port.port(), port.port()))));
        }
        return result;
    }

    private SortedMap<ServicePortKey, LoopbackSlot> loopback(LoopbackTable table) {
        TreeMap<ServicePortKey, LoopbackSlot> slots = new TreeMap<>();
        PortBinding binding = ports.anywhere();
        for (ServiceEntry service : services.values()) {
            Integer offset = table.services().assigned().get(service.key());
            if (offset == null) {
                WorkloadKey name =
                        new WorkloadKey(service.key().namespace(), service.key().name());
                noAddress(
                        name, "Service", (LoopbackTable.LAST_SERVICE - LoopbackTable.FIRST_SERVICE + 1) + " Services");
                continue;
            }
            for (Transport transport : Transport.values()) {
                List<Integer> numbers = service.ports().stream()
                        .filter(port -> port.transport() == transport)
                        .map(ServiceEntry.Port::port)
                        .toList();
                binding.bind(numbers).forEach((port, bound) -> {
                    ServicePortKey key = new ServicePortKey(service.key(), port, transport);
                    slots.put(key, Kept.of(before.loopback().get(key), new LoopbackSlot(offset, bound)));
                });
            }
        }
        return slots;
    }

    private void noAddress(WorkloadKey name, String kind, String room) {
        ObjectRef ref = new ObjectRef(kind, name.namespace(), name.name());
        Held held = folder.objects().get(ref);
        Diagnostic.@Nullable Location location =
                held == null ? null : held.lines().locate("");
        diagnostics.add(new Diagnostic(
                Severity.ERROR,
                Codes.NO_ADDRESS.code(),
                ref,
                "",
                "There is no loopback address left: a mesh on one machine has room for " + room + ".",
                "Remove some, or move part of the mesh to another folder.",
                location));
    }
}
