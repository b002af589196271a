package io.weir.controlplane.standalone;

import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.TraceSampling;
import io.weir.smi.wellknown.MetricsExport;
import java.util.List;
import java.util.SortedMap;

/**
 * The OpenTelemetry collector that sidecars send metrics to.
 *
 * @param endpoint as {@link OpenTelemetry#endpoint()} writes it
 * @param services by replica, {@code namespace/name}, the name of its workload
 */
public record MetricsCollector(String endpoint, SortedMap<String, String> services) {

    public MetricsCollector {
        services = Sorted.map(services);
    }

    MetricsExport of(DesiredReplica replica) {
        OpenTelemetry collector = OpenTelemetry.at(endpoint, List.of(), TraceSampling.NONE);
        return new MetricsExport(
                collector.host(),
                collector.port(),
                collector.tls(),
                services.getOrDefault(replica.key(), replica.name()));
    }
}
