package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.xds.resource.XdsType;

/** The forward proxy's port: {@code http_proxy=... curl http://bookstore.shop/} works unmodified. */
record HttpProxyListener(String address, int port) implements Recipe {

    @Override
    public XdsType type() {
        return XdsType.LISTENER;
    }

    @Override
    public String name() {
        return Names.HTTP_PROXY;
    }

    @Override
    public Listener build() {
        return Listeners.stream(name(), TrafficDirection.OUTBOUND, Bind.socket(address, port))
                .addFilterChains(FilterChain.newBuilder().addFilters(HttpConnections.forwardProxy(name())))
                .build();
    }
}
