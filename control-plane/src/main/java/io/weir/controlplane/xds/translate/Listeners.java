package io.weir.controlplane.xds.translate;

import com.google.protobuf.Message;
import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.core.v3.UdpSocketConfig;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.UdpListenerConfig;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig;
import io.weir.controlplane.xds.resource.XdsResource;

/** What listeners have in common. */
final class Listeners {

    /** Loopback carries 64 KiB at a time, and Envoy drops what is longer than this. */
    private static final UdpSocketConfig WHOLE_DATAGRAMS = UdpSocketConfig.newBuilder()
            .setMaxRxDatagramSize(UInt64Value.of(65_535))
            .build();

    private Listeners() {}

    /** A TCP listener without chains. */
    static Listener.Builder stream(String name, TrafficDirection direction, String address, int port) {
        return Listener.newBuilder()
                .setName(name)
                .setTrafficDirection(direction)
                .setAddress(Protos.tcp(address, port))
                // With SO_REUSEPORT a second process of the same user would silently take half of the connections.
                .setEnableReusePort(Protos.FALSE);
    }

    /** A UDP listener whose whole work is {@code proxy}. */
    static Listener datagram(
            String name, TrafficDirection direction, SocketAddress bind, UdpProxyConfig.Builder proxy) {
        return Listener.newBuilder()
                .setName(name)
                .setTrafficDirection(direction)
                .setAddress(Address.newBuilder().setSocketAddress(bind))
                .setUdpListenerConfig(UdpListenerConfig.newBuilder().setDownstreamSocketConfig(WHOLE_DATAGRAMS))
                .addListenerFilters(ListenerFilter.newBuilder()
                        .setName("envoy.filters.udp_listener.udp_proxy")
                        .setTypedConfig(XdsResource.pack(proxy.setStatPrefix(name)
                                .setUpstreamSocketConfig(WHOLE_DATAGRAMS)
                                .build())))
                .build();
    }

    /** Tells sidecars from other callers by the SNI, which no app uses. */
    static Listener.Builder recognisingSidecars(Listener.Builder listener) {
        return listener.addListenerFilters(ListenerFilter.newBuilder()
                .setName("envoy.filters.listener.tls_inspector")
                .setTypedConfig(XdsResource.pack(TlsInspector.getDefaultInstance())));
    }

    /** The chain for callers with a sidecar. */
    static FilterChain.Builder sidecars() {
        return FilterChain.newBuilder()
                .setName("mtls")
                .setFilterChainMatch(FilterChainMatch.newBuilder()
                        .setTransportProtocol("tls")
                        .addServerNames(Names.SNI));
    }

    static Filter filter(String name, Message config) {
        return Filter.newBuilder()
                .setName(name)
                .setTypedConfig(XdsResource.pack(config))
                .build();
    }
}
