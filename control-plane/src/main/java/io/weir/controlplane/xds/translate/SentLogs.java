package io.weir.controlplane.xds.translate;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.AndFilter;
import io.envoyproxy.envoy.config.accesslog.v3.MetadataFilter;
import io.envoyproxy.envoy.config.accesslog.v3.OrFilter;
import io.envoyproxy.envoy.config.accesslog.v3.RuntimeFilter;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.smi.wellknown.SentLog;
import java.util.List;

/**
 * Access loggers that send what arrived at a port to Weir, over Envoy's access log service: only what policy denied, or would
 * have. Envoy keeps nothing that it can't send.
 */
final class SentLogs {

    /** Before the keys of shadow rules that nobody wrote: what no TrafficTarget is about would all be denied. */
    static final String UNTARGETED = "untargeted_";

    static final String NETWORK_ACCESS_FILTER = "envoy.filters.network.rbac";

    private static final AccessLogFilter DENIED =
            is(HttpConnections.ACCESS_FILTER, SentLog.ENFORCED_RESULT, SentLog.DENIED);
    private static final AccessLogFilter WOULD_BE_DENIED =
            is(HttpConnections.ACCESS_FILTER, SentLog.SHADOW_RESULT, SentLog.DENIED);
    private static final AccessLogFilter UNTARGETED_DENIED =
            is(HttpConnections.ACCESS_FILTER, UNTARGETED + SentLog.SHADOW_RESULT, SentLog.DENIED);

    /** What is refused as well counts as refused, which its code tells. */
    static final AccessLogFilter PASSED_AND_WOULD_BE_DENIED = and(
            isOrIsMissing(HttpConnections.ACCESS_FILTER, SentLog.ENFORCED_RESULT, SentLog.ALLOWED),
            or(WOULD_BE_DENIED, UNTARGETED_DENIED));

    /** A mesh begins permissive and without any TrafficTarget: each of its requests would be reported. */
    private static final AccessLogFilter ONE_PERCENT = AccessLogFilter.newBuilder()
            .setRuntimeFilter(RuntimeFilter.newBuilder()
                    .setRuntimeKey("weir.telemetry.untargeted")
                    .setPercentSampled(FractionalPercent.newBuilder()
                            .setNumerator(1)
                            .setDenominator(FractionalPercent.DenominatorType.HUNDRED))
                    .setUseIndependentRandomness(true))
            .build();

    /**
     * The network filter says nothing of what it denies, and has no say in a handshake that fails; so whatever its shadow, which
     * has the same rules, did not allow.
     */
    private static final AccessLogFilter NOT_ALLOWED =
            isOrIsMissing(NETWORK_ACCESS_FILTER, SentLog.SHADOW_RESULT, SentLog.DENIED);

    private SentLogs() {}

    /**
     * Of requests to a port of the workload, for routes that carry an RBAC policy.
     *
     * @param sink a cluster of the bootstrap; an Envoy without it refuses the listener
     */
    static AccessLog requests(int port, String sink) {
        // On one machine there is one caller, who wants to see all.
        AccessLogFilter untargeted =
                sink.equals(Names.CONTROL_PLANE) ? UNTARGETED_DENIED : and(UNTARGETED_DENIED, ONE_PERCENT);
        return AccessLog.newBuilder()
                .setName("denied requests")
                .setFilter(or(DENIED, WOULD_BE_DENIED, untargeted))
                .setTypedConfig(XdsResource.pack(HttpGrpcAccessLogConfig.newBuilder()
                        .setCommonConfig(to(port, sink))
                        .build()))
                .build();
    }

    /** Of connections to a port of the workload, for chains with an RBAC filter that has its rules in shadow too. */
    static AccessLog connections(int port, String sink) {
        return AccessLog.newBuilder()
                .setName("denied connections")
                .setFilter(NOT_ALLOWED)
                .setTypedConfig(XdsResource.pack(TcpGrpcAccessLogConfig.newBuilder()
                        .setCommonConfig(to(port, sink))
                        .build()))
                .build();
    }

    private static CommonGrpcAccessLogConfig to(int port, String sink) {
        return CommonGrpcAccessLogConfig.newBuilder()
                .setLogName(SentLog.name(port))
                .setTransportApiVersion(ApiVersion.V3)
                .setGrpcService(GrpcService.newBuilder()
                        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(sink)))
                .build();
    }

    private static AccessLogFilter is(String filter, String key, String value) {
        return matching(filter, key, value, false);
    }

    /** The filter of access logs takes no notice of a matcher's {@code invert}, so what is not to be is told by what may be. */
    private static AccessLogFilter isOrIsMissing(String filter, String key, String value) {
        return matching(filter, key, value, true);
    }

    private static AccessLogFilter matching(String filter, String key, String value, boolean whereMissing) {
        return AccessLogFilter.newBuilder()
                .setMetadataFilter(MetadataFilter.newBuilder()
                        .setMatcher(MetadataMatcher.newBuilder()
                                .setFilter(filter)
                                .addPath(
                                        MetadataMatcher.PathSegment.newBuilder().setKey(key))
                                .setValue(ValueMatcher.newBuilder().setStringMatch(Protos.exactly(value))))
                        .setMatchIfKeyNotFound(BoolValue.of(whereMissing)))
                .build();
    }

    private static AccessLogFilter or(AccessLogFilter... filters) {
        return AccessLogFilter.newBuilder()
                .setOrFilter(OrFilter.newBuilder().addAllFilters(List.of(filters)))
                .build();
    }

    private static AccessLogFilter and(AccessLogFilter... filters) {
        return AccessLogFilter.newBuilder()
                .setAndFilter(AndFilter.newBuilder().addAllFilters(List.of(filters)))
                .build();
    }
}
