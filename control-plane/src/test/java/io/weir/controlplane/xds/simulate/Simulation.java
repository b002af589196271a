package io.weir.controlplane.xds.simulate;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.weir.controlplane.xds.translate.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Several proxies that call one another. */
public final class Simulation {

    /** A connection that ends without an answer. */
    public static final int CLOSED = 0;

    /** A connection or a request that reached an app. */
    public static final int SERVED = 200;

    private static final String ACCESS = "envoy.filters.http.rbac";

    private final Map<String, Proxy> proxies = new HashMap<>();
    private final Map<String, Proxy> byAddress = new HashMap<>();
    private final Map<String, Listener> listeners = new HashMap<>();

    /** Proxies by any name the caller likes. */
    public Simulation(Map<String, Proxy> proxies) {
        this.proxies.putAll(proxies);
        for (Proxy proxy : proxies.values()) {
            for (Listener listener : proxy.listeners().values()) {
                if (listener.hasUdpListenerConfig()) {
                    continue;
                }
                String address = Proxy.text(listener.getAddress());
                byAddress.put(address, proxy);
                listeners.put(address, listener);
            }
        }
    }

    /** A share of the requests: which cluster was picked and what came of it. */
    public record Outcome(String cluster, int status) implements Comparable<Outcome> {
        @Override
        public int compareTo(Outcome other) {
            int byCluster = cluster.compareTo(other.cluster);
            return byCluster != 0 ? byCluster : Integer.compare(status, other.status);
        }
    }

    /** What an app gets that sends a request to one of its sidecar's listeners; shares add up to 1. */
    public Map<Outcome, Double> http(String caller, String listener, Call call) {
        Proxy proxy = Objects.requireNonNull(proxies.get(caller), caller);
        Map<Outcome, Double> outcomes = new TreeMap<>();
        arrive(proxy, Objects.requireNonNull(proxy.listeners().get(listener), listener), null, null, call, 1, outcomes);
        return outcomes;
    }

    /** The same over raw TCP. */
    public Map<Outcome, Double> tcp(String caller, String listener) {
        Proxy proxy = Objects.requireNonNull(proxies.get(caller), caller);
        Map<Outcome, Double> outcomes = new TreeMap<>();
        arrive(proxy, Objects.requireNonNull(proxy.listeners().get(listener), listener), null, null, null, 1, outcomes);
        return outcomes;
    }

    /** What the shadow rules of a port say of a request by mTLS; null where nothing is tried out. */
    public @Nullable Boolean shadow(String server, String listener, String certificate, Call call) {
        Proxy proxy = Objects.requireNonNull(proxies.get(server), server);
        FilterChain chain = Objects.requireNonNull(
                Proxy.chain(Objects.requireNonNull(proxy.listeners().get(listener), listener), Names.SNI));
        HttpConnectionManager http = Objects.requireNonNull(Proxy.filter(chain, HttpConnectionManager.class));
        RBACPerRoute policy =
                Proxy.unpacked(proxy.routes(http).getTypedPerFilterConfigOrThrow(ACCESS), RBACPerRoute.class);
        return policy.getRbac().hasShadowRules()
                ? Matching.allows(policy.getRbac().getShadowRules(), certificate, Proxy.seen(http, call))
                : null;
    }

    /** The status of a request in plaintext, straight to an address. */
    public int plaintext(String address, Call call) {
        Map<Outcome, Double> outcomes = new TreeMap<>();
        arrive(byAddress.get(address), listeners.get(address), null, null, call, 1, outcomes);
        return outcomes.keySet().iterator().next().status();
    }

    /** A connection reaches a listener, as mTLS by {@code certificate} under {@code serverName} or in plaintext. */
    private void arrive(
            Proxy proxy,
            Listener listener,
            @Nullable String serverName,
            @Nullable String certificate,
            @Nullable Call call,
            double share,
            Map<Outcome, Double> outcomes) {
        FilterChain chain = Proxy.chain(listener, serverName);
        if (chain == null || !handshake(chain, certificate)) {
            add(outcomes, listener.getName(), CLOSED, share);
            return;
        }
        HttpConnectionManager http = Proxy.filter(chain, HttpConnectionManager.class);
        if (http != null) {
            if (call == null) {
                throw new UnsupportedOperationException("raw TCP to " + listener.getName());
            }
            request(proxy, http, certificate, Proxy.seen(http, call), share, outcomes);
            return;
        }
        var access = Proxy.filter(chain, io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.class);
        TcpProxy tcp = Proxy.filter(chain, TcpProxy.class);
        if (tcp == null || (access != null && !Matching.allows(access.getRules(), certificate, null))) {
            add(outcomes, listener.getName(), CLOSED, share);
        } else if (tcp.hasWeightedClusters()) {
            double total = 0;
            for (var weighted : tcp.getWeightedClusters().getClustersList()) {
                total += Integer.toUnsignedLong(weighted.getWeight());
            }
            for (var weighted : tcp.getWeightedClusters().getClustersList()) {
                double part = share * Integer.toUnsignedLong(weighted.getWeight()) / total;
                send(proxy, weighted.getName(), call, part, outcomes);
            }
        } else {
            send(proxy, tcp.getCluster(), call, share, outcomes);
        }
    }

    private void request(
            Proxy proxy,
            HttpConnectionManager http,
            @Nullable String certificate,
            Call call,
            double share,
            Map<Outcome, Double> outcomes) {
        RouteConfiguration routes = proxy.routes(http);
        Route route = Proxy.route(routes, call);
        if (!passes(http, routes, certificate, call)) {
            add(outcomes, routes.getName(), 403, share);
        } else if (route == null) {
            add(outcomes, routes.getName(), 404, share);
        } else if (route.hasDirectResponse()) {
            add(outcomes, routes.getName(), route.getDirectResponse().getStatus(), share);
        } else {
            forward(proxy, routes, route.getRoute(), call, share, outcomes);
        }
    }

    /** The filter's own rules, unless the routes bring others: Envoy takes the most specific. */
    private static boolean passes(
            HttpConnectionManager http, RouteConfiguration routes, @Nullable String certificate, Call call) {
        for (HttpFilter filter : http.getHttpFiltersList()) {
            if (!filter.getName().equals(ACCESS)) {
                continue;
            }
            Any changed = routes.getTypedPerFilterConfigMap().get(ACCESS);
            if (changed == null) {
                RBAC own = Proxy.unpacked(filter.getTypedConfig(), RBAC.class);
                return !own.hasRules() || Matching.allows(own.getRules(), certificate, call);
            }
            RBACPerRoute perRoute = Proxy.unpacked(changed, RBACPerRoute.class);
            return !perRoute.hasRbac()
                    || !perRoute.getRbac().hasRules()
                    || Matching.allows(perRoute.getRbac().getRules(), certificate, call);
        }
        return true;
    }

    private void forward(
            Proxy proxy,
            RouteConfiguration routes,
            RouteAction action,
            Call call,
            double share,
            Map<Outcome, Double> outcomes) {
        switch (action.getClusterSpecifierCase()) {
            case CLUSTER -> {
                if (proxy.clusters().get(action.getCluster()).getType() == Cluster.DiscoveryType.ORIGINAL_DST) {
                    String next = nextListener(routes, call);
                    arrive(proxy, listeners.get(next), null, null, call, share, outcomes);
                } else {
                    send(proxy, action.getCluster(), call, share, outcomes);
                }
            }
            case WEIGHTED_CLUSTERS -> {
                double total = 0;
                for (var weighted : action.getWeightedClusters().getClustersList()) {
                    total += Integer.toUnsignedLong(weighted.getWeight().getValue());
                }
                for (var weighted : action.getWeightedClusters().getClustersList()) {
                    double part =
                            share * Integer.toUnsignedLong(weighted.getWeight().getValue()) / total;
                    send(proxy, weighted.getName(), call, part, outcomes);
                }
            }
            default -> throw new UnsupportedOperationException(action.toString());
        }
    }

    /** What the virtual host writes into the header that the cluster goes by. */
    private static String nextListener(RouteConfiguration routes, Call call) {
        return routes.getVirtualHostsList().stream()
                .filter(host -> host.getDomainsList().contains(call.authority()))
                .map(host -> host.getTypedPerFilterConfigOrThrow("envoy.filters.http.header_mutation"))
                .map(any -> Proxy.unpacked(any, HeaderMutationPerRoute.class))
                .map(mutations -> mutations
                        .getMutations()
                        .getRequestMutations(0)
                        .getAppend()
                        .getHeader()
                        .getValue())
                .findFirst()
                .orElseThrow();
    }

    private void send(Proxy proxy, String name, @Nullable Call call, double share, Map<Outcome, Double> outcomes) {
        Cluster cluster = Objects.requireNonNull(proxy.clusters().get(name), () -> "no cluster " + name);
        if (cluster.getType() == Cluster.DiscoveryType.STATIC) {
            add(outcomes, name, SERVED, share);
            return;
        }
        List<LbEndpoint> endpoints =
                Objects.requireNonNull(proxy.endpoints().get(name), () -> "no assignment " + name)
                        .getEndpointsList()
                        .stream()
                        .flatMap(locality -> locality.getLbEndpointsList().stream())
                        .toList();
        if (endpoints.isEmpty()) {
            add(outcomes, name, call == null ? CLOSED : 503, share);
        }
        for (LbEndpoint endpoint : endpoints) {
            Map<Outcome, Double> beyond = new TreeMap<>();
            connect(proxy, cluster, endpoint, call, beyond);
            for (Outcome outcome : beyond.keySet()) {
                // What the far end closes, the near end reports to an HTTP caller as 503.
                int status = outcome.status() == CLOSED && call != null ? 503 : outcome.status();
                add(outcomes, name, status, share / endpoints.size());
            }
        }
    }

    private void connect(
            Proxy proxy, Cluster cluster, LbEndpoint endpoint, @Nullable Call call, Map<Outcome, Double> outcomes) {
        String address = Proxy.text(endpoint.getEndpoint().getAddress());
        Proxy server = byAddress.get(address);
        TransportSocket socket = socket(cluster, endpoint);
        boolean tls = socket.getTypedConfig().is(UpstreamTlsContext.class);
        if (!tls && server == null) {
            add(outcomes, address, SERVED, 1);
        } else if (!tls) {
            arrive(server, listeners.get(address), null, null, call, 1, outcomes);
        } else if (server == null) {
            add(outcomes, address, CLOSED, 1);
        } else {
            UpstreamTlsContext context = Proxy.unpacked(socket.getTypedConfig(), UpstreamTlsContext.class);
            if (!accepts(context.getCommonTlsContext(), server.certificate())) {
                add(outcomes, address, CLOSED, 1);
                return;
            }
            arrive(server, listeners.get(address), context.getSni(), proxy.certificate(), call, 1, outcomes);
        }
    }

    /** The first match whose every field the endpoint's metadata has. */
    private static TransportSocket socket(Cluster cluster, LbEndpoint endpoint) {
        var metadata = endpoint.getMetadata()
                .getFilterMetadataOrDefault(
                        "envoy.transport_socket_match", com.google.protobuf.Struct.getDefaultInstance());
        for (TransportSocketMatch match : cluster.getTransportSocketMatchesList()) {
            if (metadata.getFieldsMap()
                    .entrySet()
                    .containsAll(match.getMatch().getFieldsMap().entrySet())) {
                return match.getTransportSocket();
            }
        }
        return cluster.getTransportSocket();
    }

    private static boolean handshake(FilterChain chain, @Nullable String certificate) {
        if (!chain.hasTransportSocket()) {
            return true;
        }
        DownstreamTlsContext context =
                Proxy.unpacked(chain.getTransportSocket().getTypedConfig(), DownstreamTlsContext.class);
        return certificate != null
                && context.getRequireClientCertificate().getValue()
                && accepts(context.getCommonTlsContext(), certificate);
    }

    /** An empty list of names accepts every certificate that the roots vouch for. */
    private static boolean accepts(CommonTlsContext context, String certificate) {
        var names = context.getCombinedValidationContext().getDefaultValidationContext();
        return names.getMatchTypedSubjectAltNamesCount() == 0
                || names.getMatchTypedSubjectAltNamesList().stream()
                        .anyMatch(name -> Matching.matches(name.getMatcher(), certificate));
    }

    private static void add(Map<Outcome, Double> outcomes, String cluster, int status, double share) {
        outcomes.merge(new Outcome(cluster, status), share, Double::sum);
    }
}
