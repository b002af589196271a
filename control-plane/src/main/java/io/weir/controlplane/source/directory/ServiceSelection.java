package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.Lines;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.ServiceEntry.TargetPort;
import io.weir.controlplane.source.decode.Codes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What stands behind a Service's ports: in a cluster the API server knows it, in a folder the selectors say it. */
final class ServiceSelection {

    private final Map<String, List<Replica>> replicas = new HashMap<>();
    private final Map<ObjectRef, Lines> locations;
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    /** @param replicas sorted by key */
    ServiceSelection(Collection<Replica> replicas, Map<ObjectRef, Lines> locations) {
        this.locations = locations;
        for (Replica replica : replicas) {
            this.replicas
                    .computeIfAbsent(replica.key().namespace(), _ -> new ArrayList<>())
                    .add(replica);
        }
    }

    List<Diagnostic> diagnostics() {
        return diagnostics;
    }

    /** An entry for every port of the Service, empty where it selects nothing. */
    SortedMap<ServicePortKey, List<BackendAddress>> endpoints(ServiceEntry service) {
        List<Replica> selected = service.selector().isEmpty()
                ? List.of()
                : replicas.getOrDefault(service.key().namespace(), List.of()).stream()
                        .filter(replica -> replica.labels()
                                .entrySet()
                                .containsAll(service.selector().entrySet()))
                        .toList();
        TreeMap<ServicePortKey, List<BackendAddress>> endpoints = new TreeMap<>();
        for (int i = 0; i < service.ports().size(); i++) {
            ServiceEntry.Port port = service.ports().get(i);
            List<BackendAddress> addresses = new ArrayList<>();
            String missing = null;
            for (Replica replica : selected) {
                Integer target = target(port, replica);
                if (target != null) {
                    addresses.add(new BackendAddress(replica.appAddress(), target, replica.ready(), replica.key()));
                }
                if (target == null || !declares(replica, port, target)) {
                    missing = missing == null ? replica.workload() : missing;
                }
            }
            if (missing != null) {
                undeclared(service, i, port, missing);
            }
            endpoints.put(new ServicePortKey(service.key(), port.port(), port.transport()), List.copyOf(addresses));
        }
        return endpoints;
    }

    private static @Nullable Integer target(ServiceEntry.Port port, Replica replica) {
        return switch (port.targetPort()) {
            case TargetPort.Numbered(int number) -> number;
            case TargetPort.Named(String name) -> {
                for (Replica.Port candidate : replica.ports()) {
                    if (candidate.name().equals(name) && candidate.transport() == port.transport()) {
                        yield candidate.port();
                    }
                }
                yield null;
            }
        };
    }

    private static boolean declares(Replica replica, ServiceEntry.Port port, int target) {
        return replica.ports().stream()
                .anyMatch(candidate -> candidate.port() == target && candidate.transport() == port.transport());
    }

    private void undeclared(ServiceEntry service, int index, ServiceEntry.Port port, String workload) {
        ObjectRef ref = new ObjectRef(
                "Service", service.key().namespace(), service.key().name());
        String field = "spec.ports[" + index + "].targetPort";
        String target = switch (port.targetPort()) {
            case TargetPort.Numbered(int number) -> Integer.toString(number);
            case TargetPort.Named(String name) -> "'" + name + "'";
        };
        Lines lines = locations.get(ref);
        diagnostics.add(new Diagnostic(
                Severity.WARNING,
                Codes.TARGET_PORT.code(),
                ref,
                field,
                "Workload " + service.key().namespace() + "/" + workload + " has no " + port.transport() + " port "
                        + target + ".",
                "Correct the targetPort, or add the port to the Workload.",
                lines == null ? null : lines.locate(field)));
    }
}
