package io.weir.controlplane.xds.translate;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.direct_response.v3.Config;
import io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WeightedBackend;
import java.math.BigInteger;
import java.util.List;

/** Network filters for raw TCP. */
final class Streams {

    /** Pools keep connections idle for hours; those of vanished peers must end at last. */
    private static final Duration IDLE = Protos.seconds(24 * 3600);

    private Streams() {}

    static Filter toCluster(String statPrefix, String cluster, List<AccessLog> logs) {
        return proxy(TcpProxy.newBuilder().setStatPrefix(statPrefix).setCluster(cluster), logs);
    }

    /** Divides connections among backends; without backends they are closed at once (S32). */
    static Filter toBackends(String statPrefix, List<WeightedBackend> backends, List<AccessLog> logs) {
        if (backends.isEmpty()) {
            return Listeners.filter("envoy.filters.network.direct_response", Config.getDefaultInstance());
        }
        if (backends.size() == 1) {
            return toCluster(statPrefix, Names.outbound(backends.getFirst().target()), logs);
        }
        List<Long> weights = Shares.fit(backends.stream()
                .map(backend -> BigInteger.valueOf(backend.weight()))
                .toList());
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        for (int i = 0; i < backends.size(); i++) {
            clusters.addClusters(WeightedCluster.ClusterWeight.newBuilder()
                    .setName(Names.outbound(backends.get(i).target()))
                    .setWeight(Protos.uint32(weights.get(i)).getValue()));
        }
        return proxy(TcpProxy.newBuilder().setStatPrefix(statPrefix).setWeightedClusters(clusters), logs);
    }

    /** Lets through the connections that the grants allow, by the caller's certificate. */
    static Filter allow(String statPrefix, List<Grant> grants, String trustDomain, Reporting reporting) {
        RBAC.Builder filter = RBAC.newBuilder().setStatPrefix(statPrefix).setRules(Rbac.allow(grants, trustDomain));
        if (reporting.telemetry() != Telemetry.UNAVAILABLE) {
            // The shadow leaves word of what it allowed, for the log of the rest; the filter itself doesn't.
            filter.setShadowRules(filter.getRules());
        }
        return Listeners.filter(SentLogs.NETWORK_ACCESS_FILTER, filter.build());
    }

    private static Filter proxy(TcpProxy.Builder proxy, List<AccessLog> logs) {
        return Listeners.filter(
                "envoy.filters.network.tcp_proxy",
                proxy.addAllAccessLog(logs)
                        .setIdleTimeout(IDLE)
                        .setMaxConnectAttempts(Protos.uint32(3))
                        .build());
    }
}
