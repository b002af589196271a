package io.weir.controlplane.xds.translate;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.RuntimeFilter;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.smi.wellknown.Tap;

/**
 * Access loggers that send each request to Weir while the sidecar's runtime says that somebody watches. They are there before
 * anybody does: to add one would make the listener drain its connections. Envoy has one stream for all loggers of equal
 * configuration, so nothing in it is of one port.
 */
final class LiveLogs {

    /** Nobody watches, unless the runtime says so. */
    private static final AccessLogFilter WATCHED = AccessLogFilter.newBuilder()
            .setRuntimeFilter(RuntimeFilter.newBuilder()
                    .setRuntimeKey(Tap.PERCENT)
                    .setPercentSampled(FractionalPercent.newBuilder()
                            .setNumerator(0)
                            .setDenominator(FractionalPercent.DenominatorType.HUNDRED))
                    .setUseIndependentRandomness(true))
            .build();

    /** What somebody watches is shown this much later at most. */
    private static final Duration FLUSHED_AFTER =
            Duration.newBuilder().setNanos(500_000_000).build();

    private LiveLogs() {}

    /**
     * Of requests.
     *
     * @param log its name
     * @param sink a cluster of the bootstrap; an Envoy without it refuses the listener
     */
    static AccessLog requests(String log, String sink) {
        return AccessLog.newBuilder()
                .setName("live requests")
                .setFilter(WATCHED)
                .setTypedConfig(XdsResource.pack(HttpGrpcAccessLogConfig.newBuilder()
                        .setCommonConfig(CommonGrpcAccessLogConfig.newBuilder()
                                .setLogName(log)
                                .setTransportApiVersion(ApiVersion.V3)
                                .setBufferFlushInterval(FLUSHED_AFTER)
                                .setGrpcService(GrpcService.newBuilder()
                                        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder()
                                                .setClusterName(sink))))
                        .addAdditionalResponseHeadersToLog(Tap.GRPC_STATUS)
                        .addAdditionalResponseTrailersToLog(Tap.GRPC_STATUS)
                        .build()))
                .build();
    }
}
