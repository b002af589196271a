package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;

/** Where the proxy's own app reaches one service port. */
sealed interface OutboundListener extends Recipe {

    ServicePortKey key();

    String address();

    int port();

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
    record Http(ServicePortKey key, String address, int port) implements OutboundListener {
        @Override
        public Listener build() {
            return stream(this, HttpConnections.outbound(name()));
        }
    }

    /** Carries the split itself: Envoy has no discovery of TCP routes. */
    record Tcp(ServicePortKey key, String address, int port, List<WeightedBackend> backends)
            implements OutboundListener {
        public Tcp {
            backends = List.copyOf(backends);
        }

        @Override
        public Listener build() {
            return stream(this, Streams.toBackends(name(), backends));
        }
    }

    /** The split is in the cluster's endpoints. */
    record Udp(ServicePortKey key, String address, int port) implements OutboundListener {
        @Override
        public Listener build() {
            return Listeners.datagram(
                    name(),
                    TrafficDirection.OUTBOUND,
                    Protos.udp(address, port).getSocketAddress(),
                    Datagrams.to(name()));
        }
    }

    private static Listener stream(OutboundListener listener, Filter filter) {
        return Listeners.stream(listener.name(), TrafficDirection.OUTBOUND, listener.address(), listener.port())
                .addFilterChains(FilterChain.newBuilder().addFilters(filter))
                .build();
    }
}
