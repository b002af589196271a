package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.math.BigInteger;
import java.util.List;

/** Where HTTP requests for one service port go. A change of weights is a change of this resource alone. */
record OutboundRoutes(RouteTable table) implements Recipe {

    /** Every change of weights sends it again, so it is short; nobody is shown it. */
    private static final String ONLY_HOST = "all";

    /** Tries again only what no server has begun to work on, at another endpoint if there is one. */
    private static final RetryPolicy RETRIES = RetryPolicy.newBuilder()
            .setRetryOn("connect-failure,refused-stream,reset-before-request")
            .setNumRetries(Protos.uint32(2))
            .addRetryHostPredicate(RetryPolicy.RetryHostPredicate.newBuilder()
                    .setName("another host")
                    .setTypedConfig(XdsResource.pack(PreviousHostsPredicate.getDefaultInstance())))
            .setHostSelectionRetryMaxAttempts(3)
            .build();

    @Override
    public XdsType type() {
        return XdsType.ROUTE;
    }

    @Override
    public String name() {
        return Names.outbound(table.parent());
    }

    @Override
    public RouteConfiguration build() {
        VirtualHost.Builder host = VirtualHost.newBuilder()
                .setName(ONLY_HOST)
                // The listener is the service's own: whatever the Host header says, the request is for it (S42).
                .addDomains("*")
                .setRetryPolicy(RETRIES);
        for (RouteRule rule : table.rules()) {
            if (rule.matches().isEmpty()) {
                host.addRoutes(route(rule, RouteMatches.EVERYTHING));
            }
            for (RequestMatch match : rule.matches()) {
                host.addRoutes(route(rule, RouteMatches.of(match)));
            }
        }
        return RouteConfiguration.newBuilder()
                .setName(name())
                .addVirtualHosts(host)
                .addRequestHeadersToRemove(Names.LISTENER_HEADER)
                .build();
    }

    private Route route(RouteRule rule, RouteMatch match) {
        Route.Builder route =
                Route.newBuilder().setName(rule.origin().toString()).setMatch(match);
        return rule.backends().isEmpty()
                ? route.setDirectResponse(nobody(rule)).build()
                : route.setRoute(to(rule.backends())).build();
    }

    private DirectResponseAction nobody(RouteRule rule) {
        return DirectResponseAction.newBuilder()
                .setStatus(503)
                .setBody(DataSource.newBuilder()
                        .setInlineString("Weir: " + rule.origin() + " leaves no backend with a share for port "
                                + table.parent().port() + " of Service "
                                + table.parent().service() + "\n"))
                .build();
    }

    private static RouteAction to(List<WeightedBackend> backends) {
        RouteAction.Builder action = RouteAction.newBuilder().setTimeout(Protos.NONE);
        if (backends.size() == 1) {
            return action.setCluster(Names.outbound(backends.getFirst().target()))
                    .build();
        }
        List<Long> weights = Shares.fit(backends.stream()
                .map(backend -> BigInteger.valueOf(backend.weight()))
                .toList());
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        for (int i = 0; i < backends.size(); i++) {
            clusters.addClusters(WeightedCluster.ClusterWeight.newBuilder()
                    .setName(Names.outbound(backends.get(i).target()))
                    .setWeight(Protos.uint32(weights.get(i))));
        }
        return action.setWeightedClusters(clusters).build();
    }
}
