package io.weir.controlplane.model.build;

import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshService;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** From the state of a source to the model. */
public final class MeshModelBuilder {

    private MeshModelBuilder() {}

    /** Builds everything. */
    public static Built build(ClusterState state, MeshSettings settings) {
        Policies policies = Policies.of(state, settings);
        PortUse uses = PortUse.of(state);
        TreeMap<WorkloadKey, Workload> workloads = new TreeMap<>();
        TreeMap<ServiceKey, MeshService> services = new TreeMap<>();
        TreeMap<ServicePortKey, List<Endpoint>> endpoints = new TreeMap<>();
        TreeMap<ServicePortKey, List<Endpoint>> direct = new TreeMap<>();
        state.replicas().values().forEach(replica -> workloads.put(replica.key(), workload(replica, uses, policies)));
        state.services()
                .forEach((key, service) -> services.put(key, ServiceJoin.join(service, state, policies.modes())));
        policies.routes().tables().keySet().forEach(key -> {
            endpoints.put(key, endpoints(state, key, workloads));
            Reuse.put(direct, key, EndpointJoin.direct(key, state, workloads));
        });
        MeshModel model = new MeshModel(
                settings,
                services,
                workloads,
                policies.routes().tables(),
                policies.access().grants(),
                policies.access().audited(),
                endpoints,
                direct,
                state.loopback());
        return Built.of(state, model, policies, uses, new Findings(state, model, uses, policies.smi()).all());
    }

    /**
     * Equal to {@code build(after, settings)} at the cost of what changed: whatever stays equal is the same object as
     * in {@code previous}, and where only replicas and endpoints changed, only what they touch is joined again.
     *
     * @param previous what was built from {@code before}
     */
    public static Built rebuild(Built previous, ClusterState before, ClusterState after) {
        MeshModel last = previous.model();
        boolean servicesHold = before.services().equals(after.services())
                && before.namespaces().equals(after.namespaces());
        if (servicesHold && before.smi().equals(after.smi())) {
            return rejoin(previous, before, after);
        }
        if (servicesHold
                && before.replicas().equals(after.replicas())
                && before.endpoints().equals(after.endpoints())
                && before.loopback().equals(after.loopback())) {
            return repolicy(previous, after);
        }
        Built fresh = build(after, last.settings());
        return fresh.with(Reuse.apply(last, fresh.model()));
    }

    /** Only SMI objects changed: who runs what, and where, is as it was. */
    private static Built repolicy(Built previous, ClusterState after) {
        MeshModel last = previous.model();
        Policies policies = Policies.of(after, last.settings());
        MeshModel model = new MeshModel(
                last.settings(),
                last.services(),
                last.workloads(),
                Reuse.map(last.routes(), policies.routes().tables()),
                Reuse.map(last.grants(), policies.access().grants()),
                Reuse.map(last.audited(), policies.access().audited()),
                last.endpoints(),
                last.direct(),
                last.loopback());
        PortUse uses = previous.uses();
        return Built.of(after, model, policies, uses, new Findings(after, model, uses, policies.smi()).all());
    }

    private static Built rejoin(Built previous, ClusterState before, ClusterState after) {
        MeshModel last = previous.model();
        Policies policies = previous.policies();
        PortUse uses = PortUse.of(after);
        Set<ServicePortKey> ports = Reuse.changed(before.endpoints(), after.endpoints());
        Set<WorkloadKey> replicas = Reuse.changed(before.replicas(), after.replicas());
        ports.forEach(port -> {
            addReplicas(before, port, replicas);
            addReplicas(after, port, replicas);
        });
        // A replica that changed may be reached in another way, or be someone else, behind the same address.
        replicas.forEach(replica -> uses.of(replica).forEach(use -> ports.add(use.by())));

        TreeMap<WorkloadKey, Workload> workloads = new TreeMap<>(last.workloads());
        for (WorkloadKey key : replicas) {
            Replica replica = after.replicas().get(key);
            Reuse.put(workloads, key, replica == null ? null : workload(replica, uses, policies));
        }
        TreeMap<ServicePortKey, List<Endpoint>> endpoints = new TreeMap<>(last.endpoints());
        TreeMap<ServicePortKey, List<Endpoint>> direct = new TreeMap<>(last.direct());
        TreeMap<ServiceKey, MeshService> services = new TreeMap<>(last.services());
        Set<ServiceKey> touched = new HashSet<>();
        for (ServicePortKey port : ports) {
            if (endpoints.containsKey(port)) {
                Reuse.put(endpoints, port, endpoints(after, port, workloads));
                Reuse.put(direct, port, EndpointJoin.direct(port, after, workloads));
                touched.add(port.service());
            }
        }
        for (ServiceKey key : touched) {
            ServiceEntry service = after.services().get(key);
            Reuse.put(services, key, service == null ? null : ServiceJoin.join(service, after, policies.modes()));
        }
        MeshModel model = new MeshModel(
                last.settings(),
                Reuse.map(last.services(), services),
                Reuse.map(last.workloads(), workloads),
                last.routes(),
                last.grants(),
                last.audited(),
                Reuse.map(last.endpoints(), endpoints),
                Reuse.map(last.direct(), direct),
                after.loopback());
        return Built.of(after, model, policies, uses, new Findings(after, model, uses, policies.smi()).all());
    }

    private static void addReplicas(ClusterState state, ServicePortKey port, Set<WorkloadKey> replicas) {
        for (BackendAddress address : state.endpoints().getOrDefault(port, List.of())) {
            if (address.replica() != null) {
                replicas.add(address.replica());
            }
        }
    }

    private static Workload workload(Replica replica, PortUse uses, Policies policies) {
        return IdentityJoin.join(
                replica,
                uses.of(replica.key()),
                policies.modes().of(replica.key().namespace()),
                policies.samplings().spans(replica));
    }

    private static List<Endpoint> endpoints(
            ClusterState state, ServicePortKey port, Map<WorkloadKey, Workload> workloads) {
        return EndpointJoin.join(port, state.endpoints().getOrDefault(port, List.of()), workloads);
    }
}
