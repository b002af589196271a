package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.policy.InboundPort;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is done with a connection to one port of the proxy's own workload. */
sealed interface InboundStream {

    WorkloadPort port();

    /** For callers with a sidecar; which connections those are is for the listener to say. */
    FilterChain.Builder fromSidecars();

    /** For all others; null: they are closed. */
    default FilterChain.@Nullable Builder fromOthers() {
        return null;
    }

    /** How long the listener may wait for a caller's first bytes. */
    default Listener.Builder patient(Listener.Builder listener) {
        return listener;
    }

    /** Both chains read the same routes, which carry the policy; plaintext has no principal, so deny mode answers 403. */
    record Http(WorkloadPort port, Reporting reporting) implements InboundStream {

        private static final String NO_GRANT = "denied by Weir: no TrafficTarget allows this request\n";

        private static final String NO_IDENTITY =
                "denied by Weir: the caller has no sidecar, and plaintext is not accepted here\n";

        @Override
        public FilterChain.Builder fromSidecars() {
            return FilterChain.newBuilder()
                    .setTransportSocket(Tls.serverForMesh())
                    .addFilters(HttpConnections.inbound(name(port), NO_GRANT, requests(), reporting.observation()));
        }

        @Override
        public FilterChain.Builder fromOthers() {
            return FilterChain.newBuilder()
                    .addFilters(HttpConnections.inbound(name(port), NO_IDENTITY, requests(), reporting.observation()));
        }

        private List<AccessLog> requests() {
            return reporting.requestsAt(port.port());
        }
    }

    /** Only callers whom {@code grants} name get past the handshake; anybody else finds no chain and is closed. */
    record TcpDeny(WorkloadPort port, List<Grant> grants, String trustDomain, Reporting reporting)
            implements InboundStream {
        public TcpDeny {
            grants = List.copyOf(grants);
        }

        @Override
        public FilterChain.Builder fromSidecars() {
            return granted(name(port), grants, trustDomain, reporting)
                    .addFilters(toApp(port, reporting.judgedConnectionsAt(port.port())));
        }
    }

    /** Everything passes as it came, TLS of the apps' own included. */
    record TcpPermissive(WorkloadPort port, Reporting reporting) implements InboundStream {
        @Override
        public FilterChain.Builder fromSidecars() {
            return fromOthers().setTransportSocket(Tls.serverForMesh());
        }

        @Override
        public FilterChain.Builder fromOthers() {
            return FilterChain.newBuilder().addFilters(toApp(port, reporting.connectionsAt(port.port())));
        }

        @Override
        public Listener.Builder patient(Listener.Builder listener) {
            return Listeners.hearingServersSpeakFirst(listener);
        }
    }

    /** What is done with connections to a port, by protocol and mode. */
    static InboundStream of(InboundPort inbound, String trustDomain, Reporting reporting) {
        WorkloadPort port = inbound.port();
        return switch (port.protocol()) {
            case HTTP -> new Http(port, reporting);
            case TCP ->
                switch (inbound.mode()) {
                    case DENY -> new TcpDeny(port, inbound.grants(), trustDomain, reporting);
                    case PERMISSIVE -> new TcpPermissive(port, reporting);
                };
            case UDP -> throw new IllegalArgumentException("datagrams are no stream: " + port);
        };
    }

    /** A chain that only callers whom these grants name get into. */
    static FilterChain.Builder granted(String name, List<Grant> grants, String trustDomain, Reporting reporting) {
        SortedSet<Identity> callers = new TreeSet<>();
        grants.forEach(grant -> callers.addAll(grant.sources()));
        return FilterChain.newBuilder()
                .setTransportSocket(Tls.serverFor(callers, trustDomain))
                .addFilters(Streams.allow(name, grants, trustDomain, reporting));
    }

    private static Filter toApp(WorkloadPort port, List<AccessLog> logs) {
        return Streams.toCluster(name(port), Names.local(port.port(), Transport.TCP), logs);
    }

    private static String name(WorkloadPort port) {
        return Names.inbound(port.port(), Transport.TCP);
    }
}
