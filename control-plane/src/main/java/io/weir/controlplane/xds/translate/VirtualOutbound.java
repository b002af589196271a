package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.smi.wellknown.Sidecar;
import java.util.List;

/**
 * Where the kernel redirects what the proxy's own app sends over TCP. Connections meant for an address of the mesh are
 * handed over to its listener; all others pass on as they came: nothing in them is looked at or waited for.
 *
 * @param wildcards what to listen at
 */
record VirtualOutbound(List<String> wildcards) implements Recipe {

    VirtualOutbound {
        wildcards = List.copyOf(wildcards);
    }

    @Override
    public XdsType type() {
        return XdsType.LISTENER;
    }

    @Override
    public String name() {
        return Names.VIRTUAL_OUTBOUND;
    }

    @Override
    public Listener build() {
        return Listeners.stream(name(), TrafficDirection.OUTBOUND, Bind.sockets(wildcards, Sidecar.OUTBOUND_PORT))
                .setUseOriginalDst(Protos.TRUE)
                .addFilterChains(itself())
                .setDefaultFilterChain(FilterChain.newBuilder()
                        .setName(Names.PASSTHROUGH)
                        .addFilters(Streams.toCluster(Names.PASSTHROUGH, Names.PASSTHROUGH, List.of())))
                .build();
    }

    /** An app that calls this port was not redirected; passed on, its connection would come here again and again. */
    private static FilterChain itself() {
        return FilterChain.newBuilder()
                .setName("closed")
                .setFilterChainMatch(FilterChainMatch.newBuilder()
                        .setDestinationPort(Protos.uint32(Sidecar.OUTBOUND_PORT))
                        .addPrefixRanges(Addresses.range("127.0.0.0", 8))
                        .addPrefixRanges(Addresses.single("::1")))
                .build();
    }
}
