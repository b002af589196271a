package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may send which HTTP requests to one port of a workload. The whole policy rides here and not in the listener,
 * because only so does a change bind connections that are already open, without draining any.
 *
 * @param grants ignored (and best left empty) where {@code mode} is permissive
 * @param shadow what is tried out, beside what is in force: it refuses nobody and lets nobody in; null: nothing
 */
record InboundRoutes(
        int port, Mode mode, List<Grant> grants, @Nullable List<Grant> shadow, String trustDomain) implements Recipe {

    /** Nothing has reached the app, or it was not yet listening: trying again repeats no work. */
    private static final RetryPolicy RETRIES = RetryPolicy.newBuilder()
            .setRetryOn("connect-failure,refused-stream,reset-before-request")
            .setNumRetries(Protos.uint32(2))
            .build();

    /**
     * Some servers cut {@code ;parameters} off a segment before they resolve dots, so {@code /api/..;/admin} would be
     * judged as {@code /api/...} and served as {@code /admin}. Envoy 1.40 resolves such segments, 1.36 does not.
     */
    private static final Route DISGUISED_DOTS = Route.newBuilder()
            .setName("dot segment with parameters")
            .setMatch(RouteMatch.newBuilder().setSafeRegex(Protos.pattern(".*/\\.\\.?;.*")))
            .setDirectResponse(DirectResponseAction.newBuilder()
                    .setStatus(400)
                    .setBody(DataSource.newBuilder()
                            .setInlineString("refused by Weir: the path has a dot segment with parameters\n")))
            .build();

    InboundRoutes {
        grants = List.copyOf(grants);
        shadow = shadow == null ? null : List.copyOf(shadow);
    }

    @Override
    public XdsType type() {
        return XdsType.ROUTE;
    }

    @Override
    public String name() {
        return Names.inbound(port, Transport.TCP);
    }

    @Override
    public RouteConfiguration build() {
        VirtualHost.Builder host = VirtualHost.newBuilder()
                .setName(name())
                // A workload answers to every name it is reached by: root, backend or address (S42).
                .addDomains("*")
                .setRetryPolicy(RETRIES);
        if (mode == Mode.DENY) {
            host.addRoutes(DISGUISED_DOTS);
        }
        host.addRoutes(Route.newBuilder()
                .setName(name())
                .setMatch(RouteMatches.EVERYTHING)
                .setRoute(RouteAction.newBuilder()
                        .setCluster(Names.local(port, Transport.TCP))
                        .setTimeout(Protos.NONE)));
        return RouteConfiguration.newBuilder()
                .setName(name())
                .addVirtualHosts(host)
                .putTypedPerFilterConfig(HttpConnections.ACCESS_FILTER, XdsResource.pack(policy()))
                .build();
    }

    private RBACPerRoute policy() {
        if (mode == Mode.PERMISSIVE && shadow == null) {
            // An RBACPerRoute without rules turns the filter off.
            return RBACPerRoute.getDefaultInstance();
        }
        RBAC.Builder rbac = RBAC.newBuilder();
        if (mode == Mode.DENY) {
            rbac.setRules(Rbac.allow(grants, trustDomain));
        }
        if (shadow != null) {
            rbac.setShadowRules(Rbac.allow(shadow, trustDomain));
            if (shadow.isEmpty()) {
                rbac.setShadowRulesStatPrefix(SentLogs.UNTARGETED);
            }
        }
        return RBACPerRoute.newBuilder().setRbac(rbac).build();
    }
}
