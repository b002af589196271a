package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.smi.wellknown.Sidecar;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Where the kernel redirects what the proxy's own app sends over TCP. Connections meant for an address of the mesh are
 * handed over to its listener; while there is none, because the address is beyond the proxy's scope or its listener is on its way, what they take is asked for. All others pass on as they came: nothing in them
 * is looked at or waited for.
 *
 * @param wildcards what to listen at
 * @param beyond by port, the addresses of the mesh where HTTP is spoken: the same for all proxies, so that none is missing while listeners come and go
 */
record VirtualOutbound(List<String> wildcards, SortedMap<Integer, SortedSet<String>> beyond, Reporting reporting)
        implements Recipe {

    VirtualOutbound {
        wildcards = List.copyOf(wildcards);
        beyond = Sorted.map(beyond);
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
        Listener.Builder listener = Listeners.stream(
                        name(), TrafficDirection.OUTBOUND, Bind.sockets(wildcards, Sidecar.OUTBOUND_PORT))
                .setUseOriginalDst(Protos.TRUE)
                .addFilterChains(itself());
        beyond.forEach((port, addresses) -> listener.addFilterChains(beyond(port, addresses)));
        return listener.setDefaultFilterChain(FilterChain.newBuilder()
                        .setName(Names.PASSTHROUGH)
                        .addFilters(Streams.toCluster(Names.PASSTHROUGH, Names.PASSTHROUGH, List.of())))
                .build();
    }

    /**
     * The caller's identity goes along, and whoever is called refuses. So the answer is as it would be, and is seen at both ends; what it takes is
     * asked for at the first call.
     */
    private FilterChain beyond(int port, SortedSet<String> addresses) {
        FilterChainMatch.Builder match = FilterChainMatch.newBuilder().setDestinationPort(Protos.uint32(port));
        addresses.forEach(address -> match.addPrefixRanges(Addresses.single(address)));
        String name = Names.beyond(port);
        return FilterChain.newBuilder()
                .setName(name)
                .setFilterChainMatch(match)
                .addFilters(HttpConnections.beyond(name, reporting.requestsBeyond(), reporting.observation()))
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
