package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;

/** Where traces and access logs go. The connection is the sidecar's own: it is not redirected, and has no mTLS of the mesh. */
record CollectorCluster(OpenTelemetry collector) implements Recipe {

    @Override
    public XdsType type() {
        return XdsType.CLUSTER;
    }

    @Override
    public String name() {
        return Names.COLLECTOR;
    }

    @Override
    public Cluster build() {
        Cluster.Builder cluster = Clusters.noticingVanishedPeers(Clusters.named(name()))
                .setType(Cluster.DiscoveryType.STRICT_DNS)
                // A name that nobody resolves keeps no sidecar from its start.
                .setWaitForWarmOnInit(Protos.FALSE)
                .setDnsLookupFamily(Cluster.DnsLookupFamily.ALL)
                .setLoadAssignment(ClusterLoadAssignment.newBuilder()
                        .setClusterName(name())
                        .addEndpoints(LocalityLbEndpoints.newBuilder()
                                .addLbEndpoints(LbEndpoint.newBuilder()
                                        .setEndpoint(Endpoint.newBuilder()
                                                .setAddress(Protos.tcp(collector.host(), collector.port()))))))
                .putTypedExtensionProtocolOptions(
                        Clusters.HTTP_OPTIONS,
                        XdsResource.pack(HttpProtocolOptions.newBuilder()
                                .setExplicitHttpConfig(ExplicitHttpConfig.newBuilder()
                                        .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder()
                                                .setConnectionKeepalive(KeepaliveSettings.newBuilder()
                                                        .setInterval(Protos.seconds(30))
                                                        .setTimeout(Protos.seconds(10)))))
                                .build()));
        return (collector.tls() ? cluster.setTransportSocket(Tls.clientOfTheWorld(collector.host())) : cluster).build();
    }
}
