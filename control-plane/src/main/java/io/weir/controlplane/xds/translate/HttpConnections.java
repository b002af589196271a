package io.weir.controlplane.xds.translate;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.AndFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.accesslog.v3.StatusCodeFilter;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.RuntimeUInt32;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemandCds;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ServerHeaderTransformation;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.xds.resource.XdsResource;
import java.util.List;

/** How listeners speak HTTP. */
final class HttpConnections {

    /** The RBAC filter, and the key under which routes carry its policy. */
    static final String ACCESS_FILTER = "envoy.filters.http.rbac";

    /** The header mutation filter, and the key under which routes carry its mutations. */
    static final String HEADER_MUTATION = "envoy.filters.http.header_mutation";

    /** Headers by which a caller would set timeouts and retries, or make a sidecar believe what only Envoy may say. */
    private static final List<String> ENVOY_HEADERS = List.of(
            "x-envoy-attempt-count",
            "x-envoy-decorator-operation",
            "x-envoy-downstream-service-cluster",
            "x-envoy-downstream-service-node",
            "x-envoy-expected-rq-timeout-ms",
            "x-envoy-force-trace",
            "x-envoy-hedge-on-per-try-timeout",
            "x-envoy-internal",
            "x-envoy-ip-tags",
            "x-envoy-is-timeout-retry",
            "x-envoy-max-retries",
            "x-envoy-original-dst-host",
            "x-envoy-original-host",
            "x-envoy-original-path",
            "x-envoy-retriable-header-names",
            "x-envoy-retriable-status-codes",
            "x-envoy-retry-grpc-on",
            "x-envoy-retry-on",
            "x-envoy-upstream-alt-stat-name",
            "x-envoy-upstream-rq-per-try-timeout-ms",
            "x-envoy-upstream-rq-timeout-alt-response",
            "x-envoy-upstream-rq-timeout-ms",
            "x-envoy-upstream-stream-duration-ms");

    private static final HttpFilter ROUTER = filter(
            "envoy.filters.http.router",
            Router.newBuilder().setSuppressEnvoyHeaders(true).build());

    /** How long a request waits for a cluster that is asked for, before it is answered 503. */
    private static final int CLUSTER_WITHIN_SECONDS = 5;

    private static final HttpFilter ON_DEMAND = filter(
            "envoy.filters.http.on_demand",
            OnDemand.newBuilder()
                    .setOdcds(OnDemandCds.newBuilder()
                            .setSource(Protos.ADS)
                            .setTimeout(Protos.seconds(CLUSTER_WITHIN_SECONDS)))
                    .build());

    /** Refuses everything by itself: what is allowed comes with the routes, and routes may be late. */
    private static final HttpFilter DENY_ALL = filter(
            ACCESS_FILTER,
            RBAC.newBuilder()
                    .setRules(io.envoyproxy
                            .envoy
                            .config
                            .rbac
                            .v3
                            .RBAC
                            .newBuilder()
                            .setAction(io.envoyproxy.envoy.config.rbac.v3.RBAC.Action.ALLOW))
                    .build());

    private HttpConnections() {}

    /**
     * What the proxy's own app sends to a service port.
     *
     * @param authority the service's, for clients of HTTP/1.0 that name no host
     */
    static Filter outbound(String name, String authority, List<AccessLog> logs, Observation observation) {
        return networkFilter(Otlp.traced(normalisingPaths(speaking(name)), observation)
                .addAllAccessLog(logs)
                .setHttpProtocolOptions(http1().setDefaultHostForHttp10(authority))
                .addHttpFilters(ROUTER));
    }

    /**
     * What the proxy's own app sends to a service port for which it has no listener, or none yet: the address that was called names a cluster,
     * which Envoy asks for. A connection carries one request: the next one may meet a listener, with its routes and splits.
     */
    static Filter beyond(String name, List<AccessLog> logs, Observation observation) {
        return networkFilter(Otlp.traced(normalisingPaths(speaking(name)), observation)
                .setRouteConfig(RouteConfiguration.newBuilder()
                        .setName(name)
                        .addVirtualHosts(VirtualHost.newBuilder()
                                .setName(name)
                                .addDomains("*")
                                .addRoutes(Route.newBuilder()
                                        .setMatch(RouteMatches.EVERYTHING)
                                        .setRoute(RouteAction.newBuilder()
                                                .setClusterHeader(Names.CLUSTER_HEADER)
                                                .setTimeout(Protos.NONE))))
                        .addRequestHeadersToRemove(Names.CLUSTER_HEADER))
                .addEarlyHeaderMutationExtensions(NAMING_THE_CLUSTER)
                .setCommonHttpProtocolOptions(HttpProtocolOptions.newBuilder()
                        .setIdleTimeout(Protos.seconds(3600))
                        .setMaxRequestsPerConnection(Protos.uint32(1)))
                .addAllAccessLog(logs)
                .setHttpProtocolOptions(http1().setDefaultHostForHttp10("localhost"))
                .addHttpFilters(ON_DEMAND)
                .addHttpFilters(ROUTER));
    }

    /** What callers send to a port of the proxy's own workload; {@code denial} is the body of a 403 of Weir's. */
    static Filter inbound(String name, String denial, List<AccessLog> logs, Observation observation) {
        return networkFilter(Otlp.traced(normalisingPaths(speaking(name)), observation)
                .addAllAccessLog(logs)
                .setHttpProtocolOptions(http1().setDefaultHostForHttp10("localhost"))
                .setLocalReplyConfig(reply(
                        status(403),
                        ResponseMapper.newBuilder()
                                .setBody(DataSource.newBuilder().setInlineString(denial))))
                .addHttpFilters(DENY_ALL)
                .addHttpFilters(ROUTER));
    }

    /** The forward proxy: passes requests on to the outbound listeners, by authority. */
    static Filter forwardProxy(String name) {
        AccessLogFilter noRoute = AccessLogFilter.newBuilder()
                .setResponseFlagFilter(ResponseFlagFilter.newBuilder().addFlags("NR"))
                .build();
        AccessLogFilter unknown = AccessLogFilter.newBuilder()
                .setAndFilter(AndFilter.newBuilder().addFilters(status(404)).addFilters(noRoute))
                .build();
        String text = "Weir knows no HTTP service port '%REQ(:AUTHORITY)%'\n";
        return networkFilter(speaking(name)
                .setLocalReplyConfig(reply(
                        unknown,
                        ResponseMapper.newBuilder()
                                .setBodyFormatOverride(SubstitutionFormatString.newBuilder()
                                        .setTextFormatSource(
                                                DataSource.newBuilder().setInlineString(text)))))
                .addHttpFilters(filter(
                        HEADER_MUTATION,
                        io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
                                .getDefaultInstance()))
                .addHttpFilters(ROUTER));
    }

    private static HttpConnectionManager.Builder speaking(String name) {
        return HttpConnectionManager.newBuilder()
                .setStatPrefix(name)
                .setCodecType(HttpConnectionManager.CodecType.AUTO)
                .setRds(Rds.newBuilder().setRouteConfigName(name).setConfigSource(Protos.ADS))
                .setHttpProtocolOptions(http1())
                .setCommonHttpProtocolOptions(HttpProtocolOptions.newBuilder().setIdleTimeout(Protos.seconds(3600)))
                // Streams of gRPC and WebSocket live as long as their apps like.
                .setStreamIdleTimeout(Protos.NONE)
                .addUpgradeConfigs(UpgradeConfig.newBuilder().setUpgradeType("websocket"))
                // Apps see what they would see without sidecars.
                .setServerHeaderTransformation(ServerHeaderTransformation.PASS_THROUGH)
                .setGenerateRequestId(Protos.FALSE)
                .setProxy100Continue(true)
                .setForwardClientCertDetails(ForwardClientCertDetails.SANITIZE)
                .addEarlyHeaderMutationExtensions(WITHOUT_ENVOY_HEADERS);
    }

    /** Which methods there are is for the apps to say, and for the policy (S23); over HTTP/2 Envoy asks nobody either. */
    private static Http1ProtocolOptions.Builder http1() {
        return Http1ProtocolOptions.newBuilder().setAcceptHttp10(true).setAllowCustomMethods(true);
    }

    /** Policy and splits are judged on the path that the app is given (S25). */
    private static HttpConnectionManager.Builder normalisingPaths(HttpConnectionManager.Builder connections) {
        return connections
                .setNormalizePath(Protos.TRUE)
                .setMergeSlashes(true)
                .setPathWithEscapedSlashesAction(PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD);
    }

    private static final TypedExtensionConfig WITHOUT_ENVOY_HEADERS = early(
            "without envoy headers",
            ENVOY_HEADERS.stream()
                    .map(header -> HeaderMutation.newBuilder().setRemove(header).build())
                    .toList());

    /** An app that sends the header itself only says what is overwritten. */
    private static final TypedExtensionConfig NAMING_THE_CLUSTER = early(
            "naming the cluster",
            List.of(HeaderMutation.newBuilder()
                    .setAppend(HeaderValueOption.newBuilder()
                            .setHeader(HeaderValue.newBuilder()
                                    .setKey(Names.CLUSTER_HEADER)
                                    .setValue(Names.beyond("%DOWNSTREAM_LOCAL_ADDRESS%")))
                            .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
                    .build()));

    private static TypedExtensionConfig early(String name, List<HeaderMutation> mutations) {
        return TypedExtensionConfig.newBuilder()
                .setName(name)
                .setTypedConfig(
                        XdsResource.pack(io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3
                                .HeaderMutation.newBuilder()
                                .addAllMutations(mutations)
                                .build()))
                .build();
    }

    private static LocalReplyConfig reply(AccessLogFilter when, ResponseMapper.Builder then) {
        return LocalReplyConfig.newBuilder().addMappers(then.setFilter(when)).build();
    }

    private static AccessLogFilter status(int code) {
        return AccessLogFilter.newBuilder()
                .setStatusCodeFilter(StatusCodeFilter.newBuilder()
                        .setComparison(ComparisonFilter.newBuilder()
                                .setOp(ComparisonFilter.Op.EQ)
                                .setValue(RuntimeUInt32.newBuilder()
                                        .setDefaultValue(code)
                                        .setRuntimeKey("weir.unused"))))
                .build();
    }

    private static HttpFilter filter(String name, Message config) {
        return HttpFilter.newBuilder()
                .setName(name)
                .setTypedConfig(XdsResource.pack(config))
                .build();
    }

    private static Filter networkFilter(HttpConnectionManager.Builder connections) {
        return Listeners.filter("envoy.filters.network.http_connection_manager", connections.build());
    }
}
