package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;

/** Where the proxy's own app reaches one service port. */
sealed interface OutboundListener extends Recipe {

    ServicePortKey key();

    Bind at();

    @Override
    default XdsType type() {
        return XdsType.LISTENER;
    }

    @Override
    default String name() {
        return Names.outbound(key());
    }

    @Override
    Listener build();

    /** Its routes come by RDS, so no change of policy changes it. */
    record Http(ServicePortKey key, Bind at, Reporting reporting) implements OutboundListener {
        @Override
        public Listener build() {
            return stream(
                    this,
                    HttpConnections.outbound(name(), authority(), reporting.requestsTo(key), reporting.observation()));
        }

        private String authority() {
            String host = key.service().name() + "." + key.service().namespace();
            return key.port() == 80 ? host : host + ":" + key.port();
        }
    }

    /** Carries the split itself: Envoy has no discovery of TCP routes. */
    record Tcp(ServicePortKey key, Bind at, List<WeightedBackend> backends, Observation observation)
            implements OutboundListener {
        public Tcp {
            backends = List.copyOf(backends);
        }

        @Override
        public Listener build() {
            return stream(this, Streams.toBackends(name(), backends, AccessLogs.connectionsTo(key, observation)));
        }
    }

    /** The split is in the cluster's endpoints. */
    record Udp(ServicePortKey key, Bind at) implements OutboundListener {
        @Override
        public Listener build() {
            return Listeners.datagram(name(), TrafficDirection.OUTBOUND, at, Datagrams.to(name()));
        }
    }

    private static Listener stream(OutboundListener listener, Filter filter) {
        return Listeners.stream(listener.name(), TrafficDirection.OUTBOUND, listener.at())
                .addFilterChains(FilterChain.newBuilder().addFilters(filter))
                .build();
    }
}
