package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which authority means which of the proxy's own outbound listeners.
 *
 * @param namespace of the workload: services there need no namespace in their name
 */
record HttpProxyRoutes(String namespace, String clusterDomain, List<Target> targets) implements Recipe {

    /**
     * A service port and where the proxy listens for it.
     *
     * @param takes what may be asked for under its authority
     */
    record Target(ServicePortKey key, String address, int port, Takes takes) {}

    /** Clients of WebSocket (RFC 6455, 4.1), of gRPC, and of TLS ask a proxy for a tunnel where others send requests. */
    enum Takes {
        REQUESTS_AND_TUNNELS,
        TUNNELS
    }

    private static final int HTTP_PORT = 80;

    HttpProxyRoutes {
        targets = List.copyOf(targets);
    }

    @Override
    public XdsType type() {
        return XdsType.ROUTE;
    }

    @Override
    public String name() {
        return Names.HTTP_PROXY;
    }

    @Override
    public RouteConfiguration build() {
        RouteConfiguration.Builder routes = RouteConfiguration.newBuilder().setName(name());
        Set<String> taken = new HashSet<>();
        for (Target target : targets) {
            // One domain twice and Envoy refuses them all.
            List<String> domains =
                    authorities(target).stream().filter(taken::add).toList();
            if (!domains.isEmpty()) {
                routes.addVirtualHosts(host(target, domains));
            }
        }
        return routes.build();
    }

    private List<String> authorities(Target target) {
        List<String> authorities = new ArrayList<>();
        for (String host : hosts(target.key().service())) {
            add(authorities, host, target.key().port());
        }
        add(authorities, target.address(), target.port());
        return authorities;
    }

    private List<String> hosts(ServiceKey service) {
        List<String> hosts = new ArrayList<>();
        if (service.namespace().equals(namespace)) {
            hosts.add(service.name());
        }
        String qualified = service.name() + "." + service.namespace();
        hosts.add(qualified);
        hosts.add(qualified + ".svc");
        hosts.add(qualified + ".svc." + clusterDomain);
        return hosts;
    }

    private static void add(List<String> authorities, String host, int port) {
        authorities.add(host + ":" + port);
        if (port == HTTP_PORT) {
            authorities.add(host);
        }
    }

    private static VirtualHost host(Target target, List<String> domains) {
        VirtualHost.Builder host = VirtualHost.newBuilder()
                .setName(Names.outbound(target.key()))
                .addAllDomains(domains)
                .addRoutes(tunnel(target))
                .putTypedPerFilterConfig(
                        HttpConnections.HEADER_MUTATION,
                        XdsResource.pack(HeaderMutationPerRoute.newBuilder()
                                .setMutations(Mutations.newBuilder().addRequestMutations(to(target)))
                                .build()));
        return switch (target.takes()) {
            case REQUESTS_AND_TUNNELS -> host.addRoutes(requests(target)).build();
            case TUNNELS -> host.build();
        };
    }

    /** What is in the tunnel meets the outbound listener as if its client had called the service's address. */
    private static Route.Builder tunnel(Target target) {
        return Route.newBuilder()
                .setName(Names.outbound(target.key()) + "/tunnel")
                .setMatch(RouteMatch.newBuilder().setConnectMatcher(RouteMatch.ConnectMatcher.getDefaultInstance()))
                .setRoute(onward().addUpgradeConfigs(RouteAction.UpgradeConfig.newBuilder()
                        .setUpgradeType("CONNECT")
                        .setConnectConfig(RouteAction.UpgradeConfig.ConnectConfig.getDefaultInstance())));
    }

    private static Route.Builder requests(Target target) {
        return Route.newBuilder()
                .setName(Names.outbound(target.key()))
                .setMatch(RouteMatches.EVERYTHING)
                .setRoute(onward());
    }

    private static RouteAction.Builder onward() {
        return RouteAction.newBuilder().setCluster(Names.HTTP_PROXY).setTimeout(Protos.NONE);
    }

    /** Overwrites what a client may have sent. A filter does it, because the cluster reads it before routes change it. */
    private static HeaderMutation to(Target target) {
        return HeaderMutation.newBuilder()
                .setAppend(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder()
                                .setKey(Names.LISTENER_HEADER)
                                .setValue(target.address() + ":" + target.port()))
                        .setAppendAction(HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
                .build();
    }
}
