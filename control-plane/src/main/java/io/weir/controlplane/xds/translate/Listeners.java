package io.weir.controlplane.xds.translate;

import com.google.protobuf.Message;
import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.core.v3.UdpSocketConfig;
import io.envoyproxy.envoy.config.listener.v3.AdditionalAddress;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.UdpListenerConfig;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
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
    static Listener.Builder stream(String name, TrafficDirection direction, Bind at) {
        Listener.Builder listener = bound(name, direction, at, SocketAddress.Protocol.TCP)
                // With SO_REUSEPORT a second process of the same user would silently take half of the connections.
                .setEnableReusePort(Protos.FALSE);
        return switch (at.way()) {
            case SOCKET -> listener;
            case HANDED_OVER -> listener.setBindToPort(Protos.FALSE);
        };
    }

    /** A UDP listener whose whole work is {@code proxy}. */
    static Listener datagram(String name, TrafficDirection direction, Bind at, UdpProxyConfig.Builder proxy) {
        return bound(name, direction, at, SocketAddress.Protocol.UDP)
                .setUdpListenerConfig(UdpListenerConfig.newBuilder().setDownstreamSocketConfig(WHOLE_DATAGRAMS))
                .addListenerFilters(ListenerFilter.newBuilder()
                        .setName("envoy.filters.udp_listener.udp_proxy")
                        .setTypedConfig(XdsResource.pack(proxy.setStatPrefix(name)
                                .setUpstreamSocketConfig(WHOLE_DATAGRAMS)
                                .build())))
                .build();
    }

    private static Listener.Builder bound(
            String name, TrafficDirection direction, Bind at, SocketAddress.Protocol protocol) {
        Listener.Builder listener = Listener.newBuilder()
                .setName(name)
                .setTrafficDirection(direction)
                .setAddress(Protos.address(at.addresses().getFirst(), at.port(), protocol));
        at.addresses().stream()
                .skip(1)
                .forEach(more -> listener.addAdditionalAddresses(
                        AdditionalAddress.newBuilder().setAddress(Protos.address(more, at.port(), protocol))));
        return listener;
    }

    /** Tells sidecars from other callers by the SNI, which no app uses. */
    static Listener.Builder recognisingSidecars(Listener.Builder listener) {
        return listener.addListenerFilters(
                listenerFilter("envoy.filters.listener.tls_inspector", TlsInspector.getDefaultInstance()));
    }

    /** Shows connections that the kernel redirected as what they were meant for. */
    static Listener.Builder knowingWhatWasMeant(Listener.Builder listener) {
        return listener.addListenerFilters(
                listenerFilter("envoy.filters.listener.original_dst", OriginalDst.getDefaultInstance()));
    }

    /** A plaintext caller may wait for the server's first word, which the inspector would wait out. */
    static Listener.Builder hearingServersSpeakFirst(Listener.Builder listener) {
        return listener.setListenerFiltersTimeout(Protos.millis(300)).setContinueOnListenerFiltersTimeout(true);
    }

    /** Connections of callers with a sidecar. */
    static FilterChainMatch.Builder meantForSidecars() {
        return FilterChainMatch.newBuilder().setTransportProtocol("tls").addServerNames(Names.SNI);
    }

    static Filter filter(String name, Message config) {
        return Filter.newBuilder()
                .setName(name)
                .setTypedConfig(XdsResource.pack(config))
                .build();
    }

    private static ListenerFilter listenerFilter(String name, Message config) {
        return ListenerFilter.newBuilder()
                .setName(name)
                .setTypedConfig(XdsResource.pack(config))
                .build();
    }
}
