package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;

/**
 * One pod behind a headless Service. A listener for each, so that a pod that comes or goes ends nobody else's
 * connections.
 *
 * @param service whose cluster its connections take
 */
record DirectListener(String address, int port, ServicePortKey service, Observation observation) implements Recipe {

    @Override
    public XdsType type() {
        return XdsType.LISTENER;
    }

    @Override
    public String name() {
        return Names.direct(address, port);
    }

    @Override
    public Listener build() {
        String cluster = Names.direct(service);
        return Listeners.stream(name(), TrafficDirection.OUTBOUND, Bind.handedOver(List.of(address), port))
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(
                                Streams.toCluster(cluster, cluster, AccessLogs.connectionsTo(service, observation))))
                .build();
    }
}
