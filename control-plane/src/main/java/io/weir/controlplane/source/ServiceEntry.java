package io.weir.controlplane.source;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Transport;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes Service.
 *
 * @param selector empty: it selects nothing by itself
 * @param ports in the order written
 * @param clusterIps its virtual addresses; empty for a headless one and on a single machine
 */
public record ServiceEntry(
        ServiceKey key, SortedMap<String, String> selector, List<Port> ports, List<String> clusterIps) {

    public ServiceEntry {
        selector = Sorted.map(selector);
        ports = List.copyOf(ports);
        clusterIps = List.copyOf(clusterIps);
    }

    /**
     * A port of a Service.
     *
     * @param name empty if it has none
     * @param appProtocol as written
     */
    public record Port(
            int port,
            String name,
            Transport transport,
            @Nullable String appProtocol,
            TargetPort targetPort) {}

    /** The workload port that a service port leads to. */
    public sealed interface TargetPort {

        /** That port of every workload. */
        record Numbered(int port) implements TargetPort {}

        /** The port of that name of each workload, which may be a different number for each. */
        record Named(String name) implements TargetPort {}
    }
}
