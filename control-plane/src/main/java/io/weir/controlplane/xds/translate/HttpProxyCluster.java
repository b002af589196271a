package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.controlplane.xds.resource.XdsType;

/**
 * From the forward proxy to the proxy's own outbound listeners, a hop within the machine. Routing there, instead of
 * here, keeps one small RouteConfiguration per service port for both ways in: Envoy refuses inline scoped routes that
 * name RouteConfigurations to discover, and inline ones would make every change of weights a change of the listener.
 */
record HttpProxyCluster() implements Recipe {

    @Override
    public XdsType type() {
        return XdsType.CLUSTER;
    }

    @Override
    public String name() {
        return Names.HTTP_PROXY;
    }

    @Override
    public Cluster build() {
        Cluster.Builder cluster = Clusters.named(name())
                .setType(Cluster.DiscoveryType.ORIGINAL_DST)
                .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
                .setOriginalDstLbConfig(Cluster.OriginalDstLbConfig.newBuilder()
                        .setUseHttpHeader(true)
                        .setHttpHeaderName(Names.LISTENER_HEADER));
        return Clusters.speakingHttp(cluster, Clusters.TO_SIDECARS).build();
    }
}
