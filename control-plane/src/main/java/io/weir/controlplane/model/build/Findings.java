package io.weir.controlplane.model.build;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.smi.access.v1alpha3.Subject;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What can only be said of the whole: objects that are right by themselves and come to nothing together. */
record Findings(ClusterState state, MeshModel model, PortUse uses, SmiIndex smi) {

    /** In no particular order. */
    List<Note> all() {
        List<Note> notes = new ArrayList<>(services());
        notes.addAll(disagreements());
        notes.addAll(targets());
        notes.addAll(splits());
        Interception interception = new Interception(model, smi);
        notes.addAll(interception.datagrams());
        notes.addAll(interception.headless(
                new SplitRules(state.services(), smi, model.settings().clusterDomain()), smi.splits()));
        return notes;
    }

    private List<Note> services() {
        List<Note> notes = new ArrayList<>();
        Set<ServiceKey> used = new HashSet<>();
        state.endpoints().forEach((key, addresses) -> {
            if (!addresses.isEmpty()) {
                used.add(key.service());
            }
        });
        for (ServiceEntry service : state.services().values()) {
            if (!service.ports().isEmpty() && !used.contains(service.key())) {
                notes.add(nobodyBehind(service));
            }
        }
        return notes;
    }

    private static Note nobodyBehind(ServiceEntry service) {
        boolean selects = !service.selector().isEmpty();
        return Note.info(
                Code.SELECTS_NOTHING,
                new ObjectRef(
                        "Service", service.key().namespace(), service.key().name()),
                "spec.selector",
                selects ? "No workload is selected." : "There is no selector, and nobody is behind the Service.",
                selects
                        ? "Nothing, if it is still to come; else compare the selector with the workloads' labels."
                        : "Add a selector, unless the Service's addresses come from elsewhere.");
    }

    /** S48: one port, two Services, two opinions. */
    private List<Note> disagreements() {
        Set<Note> notes = new LinkedHashSet<>();
        for (Workload workload : model.workloads().values()) {
            Map<Integer, ServicePortKey> http = new TreeMap<>();
            List<PortUse.Use> all = uses.of(workload.key());
            all.stream()
                    .filter(use -> use.protocol() == AppProtocol.HTTP)
                    .forEach(use -> http.putIfAbsent(use.port(), use.by()));
            for (PortUse.Use use : all) {
                ServicePortKey winner = http.get(use.port());
                if (use.protocol() == AppProtocol.TCP && winner != null) {
                    notes.add(Note.warning(
                            Code.PROTOCOL_DISAGREEMENT,
                            new ObjectRef(
                                    "Service",
                                    use.by().service().namespace(),
                                    use.by().service().name()),
                            "spec.ports",
                            "Port " + use.by().port() + " leads to port " + use.port()
                                    + " of its workloads as TCP, while Service " + winner.service()
                                    + " says that it speaks HTTP, which counts.",
                            "Give both ports the same appProtocol."));
                }
            }
        }
        return List.copyOf(notes);
    }

    private List<Note> targets() {
        Map<Identity, Set<String>> ports = new TreeMap<>();
        for (Workload workload : model.workloads().values()) {
            Set<String> of = ports.computeIfAbsent(workload.identity(), _ -> new TreeSet<>());
            uses.of(workload.key()).forEach(use -> of.add(use.transport() + " " + use.port()));
        }
        List<Note> notes = new ArrayList<>();
        smi.targets().forEach((origin, target) -> {
            sources(origin, target, ports.keySet(), notes);
            Identity destination = AccessResolver.identity(target, target.spec().destination());
            if (!ports.containsKey(destination)) {
                notes.add(Note.info(
                        Code.TARGET_DESTINATION_UNKNOWN,
                        origin,
                        "spec.destination.name",
                        "No workload runs as " + destination + ".",
                        "Nothing, if it is still to come; else correct the name."));
            } else {
                unused(origin, destination, ports.getOrDefault(destination, Set.of()), notes);
            }
        });
        return notes;
    }

    private void sources(ObjectRef origin, TrafficTarget target, Set<Identity> running, List<Note> notes) {
        List<Subject> sources = target.spec().sources();
        for (int i = 0; i < sources.size(); i++) {
            Identity source = AccessResolver.identity(target, sources.get(i));
            boolean known = running.contains(source)
                    || state.serviceAccounts().contains(source)
                    || source.serviceAccount().equals("default");
            if (!known) {
                notes.add(Note.info(
                        Code.TARGET_SOURCE_UNKNOWN,
                        origin,
                        "spec.sources[" + i + "].name",
                        "There is no ServiceAccount " + source + ", and no workload runs as it.",
                        "Nothing, if it is still to come; else correct the name."));
            }
        }
    }

    /** S17: ports are the workloads' own, so a port that no Service leads to is mostly a service port by mistake. */
    private void unused(ObjectRef origin, Identity destination, Set<String> ports, List<Note> notes) {
        Set<Note> found = new LinkedHashSet<>();
        List<Grant> grants = Stream.of(model.grants(), model.audited())
                .flatMap(map -> map.getOrDefault(destination, List.of()).stream())
                .toList();
        for (Grant grant : grants) {
            if (grant.origin().equals(origin) && grant.ports() instanceof PortScope.Only(var only)) {
                Transport transport = grant instanceof Grant.Datagram ? Transport.UDP : Transport.TCP;
                for (int port : only) {
                    if (!ports.contains(transport + " " + port)) {
                        found.add(Note.warning(
                                Code.TARGET_PORT_UNUSED,
                                origin,
                                "spec.rules",
                                "Port " + port + " is no " + transport + " targetPort of any Service with workloads of "
                                        + destination + ".",
                                "Name the port of the workload, not of the Service."));
                    }
                }
            }
        }
        notes.addAll(found);
    }

    /** S43: the split is done as declared, and whoever lands on that backend is refused. */
    private List<Note> splits() {
        Set<Note> notes = new LinkedHashSet<>();
        for (RouteTable table : model.routes().values()) {
            for (RouteRule rule : table.rules()) {
                if (rule.origin().kind().equals("TrafficSplit")) {
                    for (WeightedBackend backend : rule.backends()) {
                        if (nobodyReaches(backend.target())) {
                            notes.add(Note.warning(
                                    Code.SPLIT_BACKEND_UNREACHABLE,
                                    rule.origin(),
                                    "spec.backends",
                                    "No TrafficTarget lets anybody call Service "
                                            + backend.target().service() + " on port "
                                            + backend.target().port() + ", so its share is refused.",
                                    "Add a TrafficTarget for the accounts of its workloads."));
                        }
                    }
                }
            }
        }
        return List.copyOf(notes);
    }

    private boolean nobodyReaches(ServicePortKey target) {
        List<ClusterState.BackendAddress> addresses = state.endpoints().getOrDefault(target, List.of());
        return !addresses.isEmpty() && addresses.stream().noneMatch(address -> somebodyReaches(target, address));
    }

    private boolean somebodyReaches(ServicePortKey target, ClusterState.BackendAddress address) {
        Workload workload = address.replica() == null ? null : model.workloads().get(address.replica());
        if (workload == null
                || workload.binds() == null
                || !workload.binds().guards(address.port(), target.transport())
                || workload.mode() == Mode.PERMISSIVE) {
            return true;
        }
        AppProtocol protocol = workload.ports().stream()
                .filter(port -> port.port() == address.port() && port.protocol().transport() == target.transport())
                .map(port -> port.protocol())
                .findFirst()
                .orElse(AppProtocol.TCP);
        return model.grants().getOrDefault(workload.identity(), List.of()).stream()
                .anyMatch(grant -> grant.ports().covers(address.port()) && fits(grant, protocol));
    }

    private static boolean fits(Grant grant, AppProtocol protocol) {
        return switch (grant) {
            case Grant.Http _ -> protocol == AppProtocol.HTTP;
            case Grant.Stream _ -> protocol != AppProtocol.UDP;
            case Grant.Datagram _ -> protocol == AppProtocol.UDP;
        };
    }
}
