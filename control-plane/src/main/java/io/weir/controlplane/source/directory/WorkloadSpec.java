package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.Replica;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@code weir.io/v1alpha1 Workload}: an app on this machine, which stands where a Pod would.
 *
 * @param address where an app that someone else starts listens
 * @param start null where someone else starts the app
 * @param replicas how many to start, named {@code name-0} and so on; null: one, named as the Workload
 * @param ready whether it takes traffic
 * @param inject whether it has a sidecar
 */
record WorkloadSpec(
        WorkloadKey key,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        String serviceAccount,
        String address,
        List<Port> ports,
        Replica.@Nullable Start start,
        @Nullable Integer replicas,
        boolean ready,
        Inject inject) {

    /** At most this many replicas of one Workload. */
    static final int MAX_REPLICAS = 100;

    WorkloadSpec {
        labels = Sorted.map(labels);
        annotations = Sorted.map(annotations);
        ports = List.copyOf(ports);
    }

    /** Whether a workload has a sidecar. */
    enum Inject {
        ENABLED,
        DISABLED
    }

    /** A port on which the app listens; its name may be empty. */
    record Port(
            int port,
            String name,
            Transport transport,
            @Nullable String appProtocol) {}

    Identity identity() {
        return new Identity(key.namespace(), serviceAccount);
    }

    /** The names of its replicas and the ordinal of each. */
    SortedMap<WorkloadKey, Integer> replicaKeys() {
        TreeMap<WorkloadKey, Integer> keys = new TreeMap<>();
        if (replicas == null) {
            keys.put(key, 0);
        } else {
            for (int ordinal = 0; ordinal < replicas; ordinal++) {
                keys.put(new WorkloadKey(key.namespace(), key.name() + "-" + ordinal), ordinal);
            }
        }
        return Sorted.map(keys);
    }
}
