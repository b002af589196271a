package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.policy.InboundPort;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Where callers reach one port of the proxy's own workload. */
sealed interface InboundListener extends Recipe {

    WorkloadPort port();

    @Override
    default XdsType type() {
        return XdsType.LISTENER;
    }

    @Override
    default String name() {
        return Names.inbound(port().port(), port().protocol().transport());
    }

    @Override
    Listener build();

    /** Both chains read the same routes, which carry the policy; plaintext has no principal, so deny mode answers 403. */
    record Http(WorkloadPort port) implements InboundListener {

        private static final String NO_GRANT = "denied by Weir: no TrafficTarget allows this request\n";

        private static final String NO_IDENTITY =
                "denied by Weir: the caller has no sidecar, and plaintext is not accepted here\n";

        @Override
        public Listener build() {
            return stream(this)
                    .addFilterChains(Listeners.sidecars()
                            .setTransportSocket(Tls.serverForMesh())
                            .addFilters(HttpConnections.inbound(name(), NO_GRANT)))
                    .setDefaultFilterChain(FilterChain.newBuilder()
                            .setName("plaintext")
                            .addFilters(HttpConnections.inbound(name(), NO_IDENTITY)))
                    .build();
        }
    }

    /** Only callers whom {@code grants} name get past the handshake; anybody else finds no chain and is closed. */
    record TcpDeny(WorkloadPort port, List<Grant> grants, String trustDomain) implements InboundListener {
        public TcpDeny {
            grants = List.copyOf(grants);
        }

        @Override
        public Listener build() {
            SortedSet<Identity> callers = new TreeSet<>();
            grants.forEach(grant -> callers.addAll(grant.sources()));
            return stream(this)
                    .addFilterChains(Listeners.sidecars()
                            .setTransportSocket(Tls.serverFor(callers, trustDomain))
                            .addFilters(Streams.allow(name(), grants, trustDomain))
                            .addFilters(Streams.toCluster(name(), local(port))))
                    .build();
        }
    }

    /** Everything passes as it came, TLS of the apps' own included. */
    record TcpPermissive(WorkloadPort port) implements InboundListener {
        @Override
        public Listener build() {
            return stream(this)
                    // A plaintext caller may wait for the server's first word, which the inspector would wait out.
                    .setListenerFiltersTimeout(Protos.millis(300))
                    .setContinueOnListenerFiltersTimeout(true)
                    .addFilterChains(Listeners.sidecars()
                            .setTransportSocket(Tls.serverForMesh())
                            .addFilters(Streams.toCluster(name(), local(port))))
                    .setDefaultFilterChain(FilterChain.newBuilder()
                            .setName("plaintext")
                            .addFilters(Streams.toCluster(name(), local(port))))
                    .build();
        }
    }

    /** Datagrams carry no certificate; the address of the sender's sidecar is all there is to go by (S16). */
    record UdpDeny(WorkloadPort port, SortedSet<String> sources) implements InboundListener {
        public UdpDeny {
            sources = Sorted.set(sources);
        }

        @Override
        public Listener build() {
            return Listeners.datagram(
                    name(),
                    TrafficDirection.INBOUND,
                    Protos.udp(port.bindAddress(), port.bindPort()).getSocketAddress(),
                    Datagrams.to(local(port), sources));
        }
    }

    /** Datagrams from everybody. */
    record UdpPermissive(WorkloadPort port) implements InboundListener {
        @Override
        public Listener build() {
            return Listeners.datagram(
                    name(),
                    TrafficDirection.INBOUND,
                    Protos.udp(port.bindAddress(), port.bindPort()).getSocketAddress(),
                    Datagrams.to(local(port)));
        }
    }

    /** The listener for a port, by protocol and mode. */
    static InboundListener of(InboundPort inbound, String trustDomain) {
        WorkloadPort port = inbound.port();
        return switch (port.protocol()) {
            case HTTP -> new Http(port);
            case TCP ->
                switch (inbound.mode()) {
                    case DENY -> new TcpDeny(port, inbound.grants(), trustDomain);
                    case PERMISSIVE -> new TcpPermissive(port);
                };
            case UDP ->
                switch (inbound.mode()) {
                    case DENY -> new UdpDeny(port, inbound.datagramSources());
                    case PERMISSIVE -> new UdpPermissive(port);
                };
        };
    }

    private static Listener.Builder stream(InboundListener listener) {
        return Listeners.recognisingSidecars(Listeners.stream(
                listener.name(),
                TrafficDirection.INBOUND,
                listener.port().bindAddress(),
                listener.port().bindPort()));
    }

    private static String local(WorkloadPort port) {
        return Names.local(port.port(), port.protocol().transport());
    }
}
