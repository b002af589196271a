package io.weir.controlplane.xds.translate;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.LoopbackSlot;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.policy.InboundPolicy;
import io.weir.controlplane.policy.InboundPort;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundPort;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sidecars that apps call by loopback addresses. */
final class LoopbackProxies {

    /** Of a pod whose app calls explicitly: it shares no loopback with anybody. */
    private static final Binds.Loopback IN_POD =
            new Binds.Loopback("127.0.0.1", Sidecar.HTTP_PROXY_PORT, Addresses.number("127.16.0.0"));

    /** An apiserver gives Services at most a /12, so that the rest of a cluster IP tells its Services apart. */
    private static final int SERVICE_BITS = 0xf_ffff;

    private static final int LOWEST_PORT = 1024;
    private static final int SHIFT = 10_000;

    private LoopbackProxies() {}

    static List<Recipe> inbound(InboundPolicy policy, Observation observation) {
        String trustDomain = policy.settings().trustDomain();
        Reporting reporting = new Reporting(observation, Names.CONTROL_PLANE);
        List<Recipe> recipes = new ArrayList<>();
        for (InboundPort port : policy.ports()) {
            Bind at = Bind.socket(port.port().bindAddress(), port.port().bindPort());
            recipes.add(
                    port.port().protocol() == AppProtocol.UDP
                            ? InboundListener.datagrams(port, at)
                            : new InboundListener.Stream(InboundStream.of(port, trustDomain, reporting), at));
            recipes.add(new LocalCluster(port.port(), LocalCluster.Way.PLAIN));
            if (port.port().protocol() == AppProtocol.HTTP) {
                recipes.add(routes(port, trustDomain, observation.edges()));
            }
        }
        return recipes;
    }

    static InboundRoutes routes(InboundPort port, String trustDomain, Telemetry telemetry) {
        return new InboundRoutes(
                port.port().port(),
                port.mode(),
                port.mode() == Mode.PERMISSIVE ? List.of() : port.grants(),
                telemetry == Telemetry.UNAVAILABLE ? null : shadow(port),
                trustDomain);
    }

    /** The next step: of permissive mode, what deny mode would be; of deny mode, what is under audit in force. */
    private static @Nullable List<Grant> shadow(InboundPort port) {
        return switch (port.mode()) {
            case PERMISSIVE -> port.grants();
            case DENY ->
                port.audited().isEmpty()
                        ? null
                        : Stream.concat(port.grants().stream(), port.audited().stream())
                                .toList();
        };
    }

    /** @param loopback a service port without a slot gets no listener */
    static List<Recipe> outbound(
            String namespace,
            Binds.Loopback binds,
            OutboundPolicy policy,
            SortedMap<ServicePortKey, LoopbackSlot> loopback,
            Observation observation) {
        return outbound(namespace, binds, policy, loopback, new Reporting(observation, Names.CONTROL_PLANE));
    }

    private static List<Recipe> outbound(
            String namespace,
            Binds.Loopback binds,
            OutboundPolicy policy,
            SortedMap<ServicePortKey, LoopbackSlot> loopback,
            Reporting reporting) {
        List<Recipe> recipes = new ArrayList<>();
        List<HttpProxyRoutes.Target> targets = new ArrayList<>();
        for (Map.Entry<ServicePortKey, LoopbackSlot> entry : loopback.entrySet()) {
            OutboundPort port = policy.ports().get(entry.getKey());
            if (port == null) {
                continue;
            }
            String address = Addresses.ipv4(binds.block() + entry.getValue().offset());
            int number = entry.getValue().port();
            Bind at = Bind.socket(address, number);
            switch (port.routes().protocol()) {
                case HTTP -> {
                    recipes.add(new OutboundListener.Http(port.key(), at, reporting));
                    targets.add(new HttpProxyRoutes.Target(
                            port.key(), address, number, HttpProxyRoutes.Takes.REQUESTS_AND_TUNNELS));
                }
                case TCP -> {
                    recipes.add(new OutboundListener.Tcp(port.key(), at, Plan.backends(port), reporting.observation()));
                    targets.add(new HttpProxyRoutes.Target(port.key(), address, number, HttpProxyRoutes.Takes.TUNNELS));
                }
                case UDP -> recipes.add(new OutboundListener.Udp(port.key(), at));
            }
        }
        recipes.add(new HttpProxyListener(binds.address(), binds.httpProxyPort()));
        recipes.add(new HttpProxyRoutes(namespace, policy.settings().clusterDomain(), targets));
        recipes.add(new HttpProxyCluster());
        return recipes;
    }

    /** In a pod whose traffic nobody redirects. Callers reach its app itself, so it accepts nothing. */
    static List<Recipe> inPod(String namespace, OutboundPolicy policy, Observation observation) {
        return outbound(namespace, IN_POD, policy, slots(policy), new Reporting(observation, Names.TELEMETRY));
    }

    /**
     * For cluster IP {@code 10.96.3.4} the address {@code 127.16.3.4}: everybody can tell it from the cluster IP, and no
     * table has to be kept. Ports below 1024 may not be bindable and are 10000 higher.
     */
    private static SortedMap<ServicePortKey, LoopbackSlot> slots(OutboundPolicy policy) {
        TreeMap<ServicePortKey, LoopbackSlot> slots = new TreeMap<>();
        Set<String> taken = new HashSet<>();
        for (int shift : List.of(0, SHIFT)) {
            for (OutboundPort port : policy.ports().values()) {
                int number = port.key().port() + shift;
                Integer offset = offset(port);
                if (offset != null
                        && port.key().port() < LOWEST_PORT == shift > 0
                        && taken.add(offset + "/" + number + (port.key().transport() == Transport.UDP ? "u" : "t"))) {
                    slots.put(port.key(), new LoopbackSlot(offset, number));
                }
            }
        }
        return slots;
    }

    private static @Nullable Integer offset(OutboundPort port) {
        for (String address : port.addresses()) {
            if (!Addresses.isIpv6(address)) {
                return Addresses.number(address) & SERVICE_BITS;
            }
        }
        return null;
    }
}
