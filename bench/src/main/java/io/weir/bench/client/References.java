package io.weir.bench.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which endpoints a cluster names, and which routes a listener names. A resource's contents are looked into once for each
 * name, for all clients, because what it refers to follows from its name.
 */
final class References {

    private final Map<String, List<String>> endpoints = new ConcurrentHashMap<>();
    private final Map<String, List<String>> routes = new ConcurrentHashMap<>();

    /** The names that a client which holds this cluster or listener has to ask for; of other kinds there are none. */
    List<String> of(Kind kind, Envelope.Resource resource, byte[] message) {
        ByteBuffer body = ByteBuffer.wrap(message, resource.start(), resource.length());
        return switch (kind) {
            case CLUSTER -> endpoints.computeIfAbsent(resource.name(), _ -> endpoints(body));
            case LISTENER -> routes.computeIfAbsent(resource.name(), _ -> routes(body));
            case ENDPOINT, ROUTE, SECRET -> List.of();
        };
    }

    /** What was found for a name before. */
    List<String> known(Kind kind, String name) {
        return (kind == Kind.CLUSTER ? endpoints : routes).getOrDefault(name, List.of());
    }

    private static List<String> endpoints(ByteBuffer body) {
        try {
            Cluster cluster = Cluster.parseFrom(body);
            if (cluster.getType() != Cluster.DiscoveryType.EDS) {
                return List.of();
            }
            String service = cluster.getEdsClusterConfig().getServiceName();
            return List.of(service.isEmpty() ? cluster.getName() : service);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a cluster", e);
        }
    }

    private static List<String> routes(ByteBuffer body) {
        try {
            Listener listener = Listener.parseFrom(body);
            List<String> routes = new ArrayList<>();
            for (FilterChain chain : listener.getFilterChainsList()) {
                addRoutes(chain, routes);
            }
            addRoutes(listener.getDefaultFilterChain(), routes);
            return routes;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a listener", e);
        }
    }

    private static void addRoutes(FilterChain chain, List<String> routes) throws InvalidProtocolBufferException {
        for (Filter filter : chain.getFiltersList()) {
            Any config = filter.getTypedConfig();
            if (config.is(HttpConnectionManager.class)) {
                HttpConnectionManager http = config.unpack(HttpConnectionManager.class);
                if (http.hasRds() && !routes.contains(http.getRds().getRouteConfigName())) {
                    routes.add(http.getRds().getRouteConfigName());
                }
            }
        }
    }
}
