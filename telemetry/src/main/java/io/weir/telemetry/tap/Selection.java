package io.weir.telemetry.tap;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.ResourceKind;
import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An object, and the pods that are it or belong to it.
 *
 * @param namespace null: any; not looked at for a kind that has none
 */
public record Selection(ResourceKind kind, @Nullable String namespace, String name) {

    /** Whether this end is, or belongs to, the object. */
    public boolean covers(Party party, Inventory inventory) {
        if (kind.namespaced() && namespace != null && !namespace.equals(party.namespace())) {
            return false;
        }
        return switch (kind) {
            case NAMESPACE -> name.equals(party.namespace());
            case NODE -> name.equals(party.node());
            case POD -> name.equals(party.pod());
            case SERVICE -> {
                WorkloadKey key = party.key();
                yield key != null
                        && inventory
                                .members()
                                .getOrDefault(new ServiceKey(party.namespace(), name), Collections.emptySortedSet())
                                .contains(key);
            }
            case TRAFFIC_SPLIT -> false;
            case REPLICATION_CONTROLLER, DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET, JOB ->
                party.owners().contains(new Party.Owner(kind, name));
        };
    }

    /** The pods that it covers now. */
    Set<WorkloadKey> pods(Inventory inventory) {
        return inventory.parties().entrySet().stream()
                .filter(pod -> covers(pod.getValue(), inventory))
                .map(pod -> pod.getKey())
                .collect(Collectors.toUnmodifiableSet());
    }
}
