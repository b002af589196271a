package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.policy.InboundPolicy;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.smi.wellknown.Sidecar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the kernel redirects all that arrives at the proxy's own pod over TCP.
 *
 * <p>One listener with chains for every port, and not a listener for each to which connections are handed over: those
 * are found by address alone, so a packet that was sent here for some other address would be taken for what the pod's
 * own app sends, and be passed on in its name. Every chain but the closed ones holds for the pod's addresses only.
 *
 * @param ports those that the workload declares, or Services lead to
 * @param addresses the pod's own
 */
record VirtualInbound(
        List<InboundStream> ports,
        InboundPolicy.Undeclared undeclared,
        List<String> addresses,
        String trustDomain,
        Reporting reporting)
        implements Recipe {

    VirtualInbound {
        ports = List.copyOf(ports);
        addresses = List.copyOf(addresses);
    }

    @Override
    public XdsType type() {
        return XdsType.LISTENER;
    }

    @Override
    public String name() {
        return Names.VIRTUAL_INBOUND;
    }

    @Override
    public Listener build() {
        Listener.Builder listener = Listeners.stream(
                name(), TrafficDirection.INBOUND, Bind.sockets(Addresses.wildcards(addresses), Sidecar.INBOUND_PORT));
        Listeners.knowingWhatWasMeant(listener);
        Listeners.recognisingSidecars(listener);
        // Passed on, a connection to one of the sidecar's own ports would come here again and again.
        listener.addFilterChains(closed(Sidecar.OUTBOUND_PORT)).addFilterChains(closed(Sidecar.INBOUND_PORT));
        for (InboundStream port : ports) {
            add(
                    listener,
                    Names.inbound(port.port().port(), port.port().protocol().transport()),
                    port);
        }
        switch (undeclared.mode()) {
            case DENY -> {
                undeclared.named().forEach((port, grants) -> undeclared(listener, port, grants));
                if (!undeclared.anywhere().isEmpty()) {
                    undeclared(listener, null, undeclared.anywhere());
                }
            }
            case PERMISSIVE -> undeclared(listener);
        }
        return listener.build();
    }

    private void add(Listener.Builder listener, String name, InboundStream port) {
        int number = port.port().port();
        listener.addFilterChains(port.fromSidecars()
                .setName(name + " mtls")
                .setFilterChainMatch(at(Listeners.meantForSidecars(), number)));
        FilterChain.@Nullable Builder others = port.fromOthers();
        if (others != null) {
            listener.addFilterChains(
                    others.setName(name + " plaintext").setFilterChainMatch(at(FilterChainMatch.newBuilder(), number)));
        }
    }

    /**
     * @param port null: any
     * @param grants at least one
     */
    private void undeclared(Listener.Builder listener, @Nullable Integer port, List<Grant> grants) {
        String name = Names.UNDECLARED + (port == null ? "" : "/" + port);
        listener.addFilterChains(InboundStream.granted(name, grants, trustDomain, reporting)
                .addFilters(toUndeclared(name, reporting.judgedConnectionsAt(EdgeStats.UNDECLARED_PORT)))
                .setName(name + " mtls")
                .setFilterChainMatch(at(Listeners.meantForSidecars(), port)));
    }

    private void undeclared(Listener.Builder listener) {
        Listeners.hearingServersSpeakFirst(listener);
        FilterChain.Builder chain = FilterChain.newBuilder()
                .addFilters(toUndeclared(Names.UNDECLARED, reporting.connectionsAt(EdgeStats.UNDECLARED_PORT)));
        listener.addFilterChains(chain.clone()
                        .setName(Names.UNDECLARED + " mtls")
                        .setTransportSocket(Tls.serverForMesh())
                        .setFilterChainMatch(at(Listeners.meantForSidecars(), null)))
                .addFilterChains(chain.setName(Names.UNDECLARED + " plaintext")
                        .setFilterChainMatch(at(FilterChainMatch.newBuilder(), null)));
    }

    private Filter toUndeclared(String name, List<AccessLog> logs) {
        return Streams.toCluster(name, Names.UNDECLARED, logs);
    }

    private FilterChainMatch at(FilterChainMatch.Builder match, @Nullable Integer port) {
        addresses.forEach(address -> match.addPrefixRanges(Addresses.single(address)));
        if (port != null) {
            match.setDestinationPort(Protos.uint32(port));
        }
        return match.build();
    }

    private static FilterChain closed(int port) {
        return FilterChain.newBuilder()
                .setName("closed/" + port)
                .setFilterChainMatch(FilterChainMatch.newBuilder().setDestinationPort(Protos.uint32(port)))
                .build();
    }
}
