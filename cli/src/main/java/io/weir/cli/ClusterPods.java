package io.weir.cli;

import io.weir.cli.cluster.Named;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.Replica;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The pods that a name means. */
final class ClusterPods {

    private static final int MOST_NAMES = 10;

    private ClusterPods() {}

    /**
     * Sorted by name; at least one.
     *
     * @throws Failure if there is none
     */
    static List<Replica> of(ClusterState state, String namespace, Named named) {
        Set<WorkloadKey> behind =
                named.kind() == Named.Kind.SERVICE ? behind(state, new ServiceKey(namespace, named.name())) : Set.of();
        List<Replica> found = state.replicas().values().stream()
                .filter(replica -> replica.key().namespace().equals(namespace))
                .filter(replica -> switch (named.kind()) {
                    case POD -> replica.key().name().equals(named.name());
                    case WORKLOAD -> replica.workload().equals(named.name());
                    case ACCOUNT -> replica.serviceAccount().equals(named.name());
                    case SERVICE -> behind.contains(replica.key());
                })
                .toList();
        if (found.isEmpty()) {
            throw new Failure(
                    "no running pod of namespace " + namespace + " is "
                            + switch (named.kind()) {
                                case POD -> named.toString();
                                case WORKLOAD -> "one of " + named;
                                case ACCOUNT -> "of " + named;
                                case SERVICE -> "behind " + named;
                            },
                    "there are: " + names(state, namespace, named.kind()) + "; -n names another namespace");
        }
        return found;
    }

    private static Set<WorkloadKey> behind(ClusterState state, ServiceKey service) {
        return state.endpoints().entrySet().stream()
                .filter(endpoints -> endpoints.getKey().service().equals(service))
                .flatMap(endpoints -> endpoints.getValue().stream())
                .map(BackendAddress::replica)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static String names(ClusterState state, String namespace, Named.Kind kind) {
        TreeSet<String> names = new TreeSet<>();
        if (kind == Named.Kind.SERVICE) {
            state.services().keySet().stream()
                    .filter(service -> service.namespace().equals(namespace))
                    .forEach(service -> names.add(service.name()));
        }
        state.replicas().values().stream()
                .filter(replica -> replica.key().namespace().equals(namespace))
                .forEach(replica -> {
                    switch (kind) {
                        case POD -> names.add(replica.key().name());
                        case WORKLOAD -> names.add(replica.workload());
                        case ACCOUNT -> names.add(replica.serviceAccount());
                        case SERVICE -> {}
                    }
                });
        return names.isEmpty()
                ? "none"
                : names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                        + (names.size() > MOST_NAMES ? ", ..." : "");
    }
}
