package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.policy.InboundPort;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Where callers reach one port of the proxy's own workload. */
sealed interface InboundListener extends Recipe {

    WorkloadPort port();

    Bind at();

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

    /** Connections, told apart by who calls. */
    record Stream(InboundStream accepts, Bind at) implements InboundListener {
        @Override
        public WorkloadPort port() {
            return accepts.port();
        }

        @Override
        public Listener build() {
            Listener.Builder listener = accepts.patient(
                    Listeners.recognisingSidecars(Listeners.stream(name(), TrafficDirection.INBOUND, at)));
            listener.addFilterChains(
                    accepts.fromSidecars().setName("mtls").setFilterChainMatch(Listeners.meantForSidecars()));
            FilterChain.@Nullable Builder others = accepts.fromOthers();
            if (others != null) {
                listener.setDefaultFilterChain(others.setName("plaintext"));
            }
            return listener.build();
        }
    }

    /** Datagrams carry no certificate; the address of the sender's sidecar is all there is to go by (S16). */
    record UdpDeny(WorkloadPort port, Bind at, SortedSet<String> sources) implements InboundListener {
        public UdpDeny {
            sources = Sorted.set(sources);
        }

        @Override
        public Listener build() {
            return Listeners.datagram(name(), TrafficDirection.INBOUND, at, Datagrams.to(local(port), sources));
        }
    }

    /** Datagrams from everybody. */
    record UdpPermissive(WorkloadPort port, Bind at) implements InboundListener {
        @Override
        public Listener build() {
            return Listeners.datagram(name(), TrafficDirection.INBOUND, at, Datagrams.to(local(port)));
        }
    }

    /** The listener for a UDP port, by mode. */
    static InboundListener datagrams(InboundPort inbound, Bind at) {
        return switch (inbound.mode()) {
            case DENY -> new UdpDeny(inbound.port(), at, inbound.datagramSources());
            case PERMISSIVE -> new UdpPermissive(inbound.port(), at);
        };
    }

    private static String local(WorkloadPort port) {
        return Names.local(port.port(), port.protocol().transport());
    }
}
