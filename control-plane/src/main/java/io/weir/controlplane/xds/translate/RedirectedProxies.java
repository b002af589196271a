package io.weir.controlplane.xds.translate;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.policy.InboundPolicy;
import io.weir.controlplane.policy.InboundPort;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/** Sidecars to which the kernel of their pod redirects traffic. */
final class RedirectedProxies {

    private RedirectedProxies() {}

    /**
     * Listeners of the service ports that the mesh has a say in, and what they need. There is none for UDP, which is not
     * redirected on its way out, and none for headless Services, which have no address.
     */
    static List<Recipe> shared(OutboundPolicy policy, Observation observation) {
        List<Recipe> recipes = new ArrayList<>();
        Set<ServicePortKey> targets = splitTargets(policy);
        policy.ports().forEach((key, port) -> {
            recipes.addAll(ofPort(port, observation));
            if (leadsToItself(port) || targets.contains(key)) {
                recipes.add(Plan.cluster(port, policy.settings()));
            }
        });
        recipes.add(new PassthroughCluster());
        return recipes;
    }

    /** Listener and routes of one service port, if it has them. */
    static List<Recipe> ofPort(OutboundPort port, Observation observation) {
        if (!isListenedFor(port)) {
            return List.of();
        }
        OutboundListener listener = listener(port, observation);
        return port.routes().protocol() == AppProtocol.HTTP
                ? List.of(listener, new OutboundRoutes(port.routes()))
                : List.of(listener);
    }

    private static boolean isListenedFor(OutboundPort port) {
        return port.claimed()
                && port.key().transport() == Transport.TCP
                && !port.addresses().isEmpty();
    }

    static boolean leadsToItself(OutboundPort port) {
        return isListenedFor(port)
                && port.routes().rules().stream()
                        .anyMatch(rule -> rule.backends().stream()
                                .anyMatch(backend -> backend.target().equals(port.key())));
    }

    /** The service ports to which others lead. */
    static Set<ServicePortKey> splitTargets(OutboundPolicy policy) {
        Set<ServicePortKey> targets = new HashSet<>();
        policy.ports().forEach((key, port) -> {
            if (isListenedFor(port)) {
                for (RouteRule rule : port.routes().rules()) {
                    for (WeightedBackend backend : rule.backends()) {
                        if (!backend.target().equals(key)) {
                            targets.add(backend.target());
                        }
                    }
                }
            }
        });
        return targets;
    }

    private static OutboundListener listener(OutboundPort port, Observation observation) {
        Bind at = Bind.handedOver(port.addresses(), port.key().port());
        return port.routes().protocol() == AppProtocol.HTTP
                ? new OutboundListener.Http(port.key(), at, new Reporting(observation, Names.TELEMETRY))
                : new OutboundListener.Tcp(port.key(), at, Plan.backends(port), observation);
    }

    /**
     * Headless Services: their pods are called by their own addresses, and those with a sidecar may accept nothing but
     * mTLS. A pod behind several of them has one listener, for the first.
     *
     * @param pods by port of a headless Service
     */
    static List<Recipe> direct(
            OutboundPolicy policy, SortedMap<ServicePortKey, List<Endpoint>> pods, Observation observation) {
        List<Recipe> recipes = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        pods.forEach((key, endpoints) -> {
            OutboundPort port = policy.ports().get(key);
            if (port == null) {
                return;
            }
            List<Recipe> listeners = new ArrayList<>();
            for (Endpoint endpoint : endpoints) {
                if (taken.add(Addresses.withPort(endpoint.address(), endpoint.port()))) {
                    listeners.add(new DirectListener(endpoint.address(), endpoint.port(), key, observation));
                }
            }
            if (!listeners.isEmpty()) {
                recipes.add(new DirectCluster(
                        key, port.accounts(), policy.settings().trustDomain()));
                recipes.addAll(listeners);
            }
        });
        return recipes;
    }

    /** What arrives at the pod, and where it goes. */
    static List<Recipe> own(
            Binds.Redirected pod,
            InboundPolicy inbound,
            Observation observation,
            SortedMap<Integer, SortedSet<String>> beyond) {
        String trustDomain = inbound.settings().trustDomain();
        Reporting reporting = new Reporting(observation, Names.TELEMETRY);
        List<Recipe> recipes = new ArrayList<>();
        List<InboundStream> streams = new ArrayList<>();
        for (InboundPort port : inbound.ports()) {
            switch (port.port().protocol()) {
                case HTTP -> {
                    streams.add(InboundStream.of(port, trustDomain, reporting));
                    recipes.add(new LocalCluster(port.port(), LocalCluster.Way.PAST_REDIRECTION));
                    recipes.add(LoopbackProxies.routes(port, trustDomain, observation.edges()));
                }
                case TCP -> {
                    streams.add(InboundStream.of(port, trustDomain, reporting));
                    recipes.add(new LocalCluster(port.port(), LocalCluster.Way.PAST_REDIRECTION));
                }
                case UDP -> {
                    recipes.add(InboundListener.datagrams(
                            port,
                            Bind.sockets(
                                    Addresses.wildcards(pod.addresses()),
                                    port.port().bindPort())));
                    // What the app is sent over UDP is not redirected on its way out.
                    recipes.add(new LocalCluster(port.port(), LocalCluster.Way.PLAIN));
                }
            }
        }
        recipes.add(new VirtualInbound(streams, inbound.undeclared(), pod.addresses(), trustDomain, reporting));
        recipes.add(new UndeclaredCluster(pod.addresses()));
        recipes.add(new VirtualOutbound(Addresses.wildcards(pod.addresses()), beyond, reporting));
        return recipes;
    }
}
