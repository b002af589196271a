package io.weir.controlplane.xds.simulate;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Envoy: its configuration by name.
 *
 * @param certificate the URI SAN of its certificate
 */
public record Proxy(
        String certificate,
        Map<String, Listener> listeners,
        Map<String, RouteConfiguration> routes,
        Map<String, Cluster> clusters,
        Map<String, ClusterLoadAssignment> endpoints) {

    public static Proxy of(
            String certificate,
            List<Listener> listeners,
            List<RouteConfiguration> routes,
            List<Cluster> clusters,
            List<ClusterLoadAssignment> endpoints) {
        Proxy proxy = new Proxy(certificate, new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        listeners.forEach(one -> proxy.listeners.put(one.getName(), one));
        routes.forEach(one -> proxy.routes.put(one.getName(), one));
        clusters.forEach(one -> proxy.clusters.put(one.getName(), one));
        endpoints.forEach(one -> proxy.endpoints.put(one.getClusterName(), one));
        return proxy;
    }

    static String text(Address address) {
        return address.getSocketAddress().getAddress() + ":"
                + address.getSocketAddress().getPortValue();
    }

    static <T extends Message> T unpacked(Any any, Class<T> type) {
        try {
            return any.unpack(type);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The one filter of a chain of that type, unpacked; null: none. */
    static <T extends Message> @Nullable T filter(FilterChain chain, Class<T> type) {
        for (Filter filter : chain.getFiltersList()) {
            if (filter.getTypedConfig().is(type)) {
                return unpacked(filter.getTypedConfig(), type);
            }
        }
        return null;
    }

    /** The chain for a connection; null: none fits and it is closed. */
    static @Nullable FilterChain chain(Listener listener, @Nullable String serverName) {
        for (FilterChain chain : listener.getFilterChainsList()) {
            if (!chain.hasFilterChainMatch() || fits(chain.getFilterChainMatch(), serverName)) {
                return chain;
            }
        }
        return listener.hasDefaultFilterChain() ? listener.getDefaultFilterChain() : null;
    }

    private static boolean fits(FilterChainMatch match, @Nullable String serverName) {
        return serverName != null
                && match.getTransportProtocol().equals("tls")
                && match.getServerNamesList().contains(serverName);
    }

    RouteConfiguration routes(HttpConnectionManager http) {
        return java.util.Objects.requireNonNull(
                routes.get(http.getRds().getRouteConfigName()), http.getRds().getRouteConfigName());
    }

    static Call seen(HttpConnectionManager http, Call call) {
        String path = call.path();
        if (http.getPathWithEscapedSlashesAction() == PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD) {
            path = Paths.unescapedSlashes(path);
        }
        if (http.getNormalizePath().getValue()) {
            path = Paths.normalised(path);
        }
        return call.path(http.getMergeSlashes() ? Paths.merged(path) : path);
    }

    /** The first route that matches; null: 404. */
    static @Nullable Route route(RouteConfiguration routes, Call call) {
        VirtualHost host = host(routes, call.authority().toLowerCase(Locale.ROOT));
        return host == null
                ? null
                : host.getRoutesList().stream()
                        .filter(route -> Matching.matches(route.getMatch(), call))
                        .findFirst()
                        .orElse(null);
    }

    private static @Nullable VirtualHost host(RouteConfiguration routes, String authority) {
        VirtualHost any = null;
        for (VirtualHost host : routes.getVirtualHostsList()) {
            if (host.getDomainsList().contains(authority)) {
                return host;
            }
            any = host.getDomainsList().contains("*") ? host : any;
        }
        return any;
    }
}
