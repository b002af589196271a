package io.weir.controlplane.xds.translate;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.LoopbackSlot;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.policy.InboundPolicy;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundPort;
import io.weir.controlplane.policy.Scopes.Aliased;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/** Which resources a policy needs. Shared recipes hold nothing of a single proxy; a proxy's own hold nothing secret. */
public final class Plan {

    private Plan() {}

    /** Clusters, and routes of HTTP ports, of every service port: for all proxies that bind addresses of their own. */
    public static List<Recipe> outbound(OutboundPolicy policy) {
        List<Recipe> recipes = new ArrayList<>();
        for (OutboundPort port : policy.ports().values()) {
            recipes.add(cluster(port, policy.settings()));
            if (port.routes().protocol() == AppProtocol.HTTP) {
                recipes.add(new OutboundRoutes(port.routes()));
            }
        }
        return recipes;
    }

    /** Listeners, routes and clusters of the service ports that the mesh claims: for all whose traffic is redirected. */
    public static List<Recipe> redirected(OutboundPolicy policy, Observation observation) {
        return RedirectedProxies.shared(policy, observation);
    }

    /** What those also get, for the pods behind headless Services. */
    public static List<Recipe> direct(
            OutboundPolicy policy, SortedMap<ServicePortKey, List<Endpoint>> pods, Observation observation) {
        return RedirectedProxies.direct(policy, pods, observation);
    }

    /** One ClusterLoadAssignment for every service port; {@code endpoints} may lack those that have none. */
    public static List<Recipe> endpoints(OutboundPolicy policy, SortedMap<ServicePortKey, List<Endpoint>> endpoints) {
        return policy.ports().values().stream()
                .map(port -> endpoints(port, endpoints))
                .toList();
    }

    /**
     * The ClusterLoadAssignments that depend on the endpoints of {@code changed}: their own, and for UDP those of every
     * service port whose traffic they share.
     */
    public static List<Recipe> endpoints(
            OutboundPolicy policy, SortedMap<ServicePortKey, List<Endpoint>> endpoints, Set<ServicePortKey> changed) {
        return policy.ports().values().stream()
                .filter(port -> dependsOn(port, changed))
                .map(port -> endpoints(port, endpoints))
                .toList();
    }

    /** By which name a service port goes: its listener, routes, cluster and endpoints alike. */
    public static String name(ServicePortKey key) {
        return Names.outbound(key);
    }

    /** The service ports to whose clusters splits lead: who sees the split has to have them. */
    public static Set<ServicePortKey> splitTargets(OutboundPolicy policy) {
        return RedirectedProxies.splitTargets(policy);
    }

    /**
     * What of {@link #redirected} follows from one service port.
     *
     * @param isTarget whether a split of another one leads to it
     */
    public static List<Recipe> redirected(
            OutboundPort port, boolean isTarget, MeshSettings settings, Observation observation) {
        List<Recipe> recipes = new ArrayList<>(RedirectedProxies.ofPort(port, observation));
        if (isTarget || RedirectedProxies.leadsToItself(port)) {
            recipes.add(cluster(port, settings));
        }
        return recipes;
    }

    /** What of {@link #redirected} follows from no service port. */
    public static Recipe passthrough() {
        return new PassthroughCluster();
    }

    /** The ClusterLoadAssignment of one service port, and those by which it is asked for from beyond a scope. */
    public static List<Recipe> endpoints(
            OutboundPort port, SortedMap<ServicePortKey, List<Endpoint>> endpoints, List<String> aliases) {
        List<Recipe> recipes = new ArrayList<>();
        recipes.add(endpoints(port, endpoints));
        for (String address : aliases) {
            recipes.add(new Alias.OfEndpoints(
                    address, new StreamEndpoints(port.key(), endpoints.getOrDefault(port.key(), List.of()))));
        }
        return recipes;
    }

    /** Clusters of what can be reached without being told of, by the addresses that are called. */
    public static List<Recipe> aliasClusters(SortedMap<ServicePortKey, Aliased> aliased, MeshSettings settings) {
        List<Recipe> recipes = new ArrayList<>();
        aliased.forEach((key, port) -> port.addresses()
                .forEach(address -> recipes.add(new Alias.OfCluster(
                        address,
                        new OutboundCluster(key, AppProtocol.HTTP, port.accounts(), settings.trustDomain())))));
        return recipes;
    }

    /**
     * Listeners, inbound routes and local clusters of one proxy; none for a workload without a sidecar.
     *
     * @param outbound not looked at where traffic is redirected, since all that follows from it is shared
     * @param loopback where sidecars on one machine listen; a service port without a slot gets no listener
     * @param observation what the proxy tells
     * @param beyond by port, the addresses that can be reached without being told of; not looked at where nothing is redirected
     */
    public static List<Recipe> own(
            Workload workload,
            InboundPolicy inbound,
            OutboundPolicy outbound,
            SortedMap<ServicePortKey, LoopbackSlot> loopback,
            Observation observation,
            SortedMap<Integer, SortedSet<String>> beyond) {
        List<Recipe> recipes = new ArrayList<>();
        switch (workload.binds()) {
            case null -> {
                return List.of();
            }
            case Binds.Redirected pod -> recipes.addAll(RedirectedProxies.own(pod, inbound, observation, beyond));
            case Binds.Explicit _ ->
                recipes.addAll(LoopbackProxies.inPod(workload.key().namespace(), outbound, observation));
            case Binds.Loopback binds -> {
                recipes.addAll(LoopbackProxies.inbound(inbound, observation));
                recipes.addAll(
                        LoopbackProxies.outbound(workload.key().namespace(), binds, outbound, loopback, observation));
            }
        }
        Observation.Export export = observation.export();
        if (export != null) {
            recipes.add(new CollectorCluster(export.collector()));
        }
        return recipes;
    }

    /** The same for one that can ask for nothing. */
    public static List<Recipe> own(
            Workload workload,
            InboundPolicy inbound,
            OutboundPolicy outbound,
            SortedMap<ServicePortKey, LoopbackSlot> loopback,
            Observation observation) {
        return own(workload, inbound, outbound, loopback, observation, Collections.emptySortedMap());
    }

    static OutboundCluster cluster(OutboundPort port, MeshSettings settings) {
        AppProtocol protocol = port.routes().protocol();
        // Datagrams know no certificates, so a change of accounts is none of theirs.
        SortedSet<Identity> accounts = protocol == AppProtocol.UDP ? Collections.emptySortedSet() : port.accounts();
        return new OutboundCluster(port.key(), protocol, accounts, settings.trustDomain());
    }

    private static Recipe endpoints(OutboundPort port, SortedMap<ServicePortKey, List<Endpoint>> endpoints) {
        if (port.key().transport() == Transport.TCP) {
            return new StreamEndpoints(port.key(), endpoints.getOrDefault(port.key(), List.of()));
        }
        return new DatagramEndpoints(
                port.key(),
                backends(port).stream()
                        .map(backend -> new DatagramEndpoints.Backend(
                                backend.weight(), endpoints.getOrDefault(backend.target(), List.of())))
                        .toList());
    }

    private static boolean dependsOn(OutboundPort port, Set<ServicePortKey> changed) {
        return port.key().transport() == Transport.TCP
                ? changed.contains(port.key())
                : backends(port).stream().anyMatch(backend -> changed.contains(backend.target()));
    }

    /** Connections and datagrams show nothing that a rule could match: the first rule without matches takes them. */
    static List<WeightedBackend> backends(OutboundPort port) {
        return port.routes().rules().stream()
                .filter(rule -> rule.matches().isEmpty())
                .findFirst()
                .map(RouteRule::backends)
                .orElse(List.of());
    }
}
