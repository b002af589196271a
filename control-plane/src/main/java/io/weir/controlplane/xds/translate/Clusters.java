package io.weir.controlplane.xds.translate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.ExtraSourceAddress;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig;
import io.envoyproxy.envoy.type.v3.Percent;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.smi.wellknown.Sidecar;
import java.util.List;
import java.util.SortedSet;

/** What clusters have in common. */
final class Clusters {

    /** Below the hour after which a sidecar's inbound side closes idle connections: the caller closes first. */
    static final HttpProtocolOptions TO_SIDECARS = HttpProtocolOptions.newBuilder()
            .setIdleTimeout(Protos.seconds(300))
            // A drained connection ends by the caller's hand, so that rotated certificates reach every connection.
            .setMaxConnectionDuration(Protos.seconds(3600))
            .build();

    /** Apps close idle connections early (Node after 5 s), and a request that meets the close fails. */
    static final HttpProtocolOptions TO_APP =
            HttpProtocolOptions.newBuilder().setIdleTimeout(Protos.seconds(4)).build();

    static final String HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private static final int PLENTY = 100_000;

    private Clusters() {}

    /** A cluster of that name with limits that stop runaways and nothing else (Envoy's own are 1024). */
    static Cluster.Builder named(String name) {
        return Cluster.newBuilder()
                .setName(name)
                .setConnectTimeout(Protos.seconds(5))
                .setCircuitBreakers(CircuitBreakers.newBuilder()
                        .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                                .setPriority(RoutingPriority.DEFAULT)
                                .setMaxConnections(Protos.uint32(PLENTY))
                                .setMaxPendingRequests(Protos.uint32(PLENTY))
                                .setMaxRequests(Protos.uint32(PLENTY))
                                .setMaxRetries(Protos.uint32(1000))));
    }

    /** Endpoints by EDS, under the cluster's own name. */
    static Cluster.Builder discovered(String name) {
        return named(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(Protos.ADS));
    }

    /** Endpoints are whatever address each connection was meant for before the kernel redirected it. */
    static Cluster.Builder whereItWasMeant(String name) {
        return named(name).setType(Cluster.DiscoveryType.ORIGINAL_DST).setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED);
    }

    /** The source by which the kernel tells connections to the proxy's own app, at these addresses, from others. */
    static BindConfig escapingRedirection(List<String> addresses) {
        List<SocketAddress> sources = addresses.stream()
                .map(address -> Addresses.isIpv6(address) ? Sidecar.TO_APP_ADDRESS_6 : Sidecar.TO_APP_ADDRESS)
                .distinct()
                .map(source -> Protos.tcp(source, 0).getSocketAddress())
                .toList();
        BindConfig.Builder bind = BindConfig.newBuilder().setSourceAddress(sources.getFirst());
        sources.stream()
                .skip(1)
                .forEach(source -> bind.addExtraSourceAddresses(
                        ExtraSourceAddress.newBuilder().setAddress(source)));
        return bind.build();
    }

    /** HTTP/1 or HTTP/2 as the caller chose: what a port speaks is taken from the connection (S48). */
    static Cluster.Builder speakingHttp(Cluster.Builder cluster, HttpProtocolOptions lifetimes) {
        return cluster.putTypedExtensionProtocolOptions(
                HTTP_OPTIONS,
                XdsResource.pack(io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.newBuilder()
                        .setCommonHttpProtocolOptions(lifetimes)
                        .setUseDownstreamProtocolConfig(UseDownstreamHttpConfig.newBuilder()
                                .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                                .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()))
                        .build()));
    }

    /** mTLS to endpoints that have a sidecar, plaintext to others; the endpoint's metadata tells. */
    static Cluster.Builder securedFor(Cluster.Builder cluster, SortedSet<Identity> accounts, String trustDomain) {
        return cluster.addTransportSocketMatches(Cluster.TransportSocketMatch.newBuilder()
                        .setName(Names.MTLS)
                        .setMatch(Struct.newBuilder()
                                .putFields(
                                        Names.MTLS,
                                        Value.newBuilder()
                                                .setStringValue("true")
                                                .build()))
                        .setTransportSocket(Tls.clientOf(accounts, trustDomain)))
                .addTransportSocketMatches(Cluster.TransportSocketMatch.newBuilder()
                        .setName("plaintext")
                        .setMatch(Struct.getDefaultInstance())
                        .setTransportSocket(TransportSocket.newBuilder()
                                .setName("envoy.transport_sockets.raw_buffer")
                                .setTypedConfig(XdsResource.pack(RawBuffer.getDefaultInstance()))));
    }

    /**
     * Rests endpoints that can't be reached. What an app answers is its own affair: a 503 of one path must not take an
     * endpoint from the others. When every endpoint seems bad all are tried, since nothing is lost by trying.
     */
    static Cluster.Builder watchingReachability(Cluster.Builder cluster) {
        return noticingVanishedPeers(cluster)
                .setOutlierDetection(OutlierDetection.newBuilder()
                        .setSplitExternalLocalOriginErrors(true)
                        .setConsecutiveLocalOriginFailure(Protos.uint32(5))
                        .setEnforcingConsecutiveLocalOriginFailure(Protos.uint32(100))
                        .setEnforcingConsecutive5Xx(Protos.uint32(0))
                        .setEnforcingConsecutiveGatewayFailure(Protos.uint32(0))
                        .setEnforcingSuccessRate(Protos.uint32(0))
                        .setEnforcingLocalOriginSuccessRate(Protos.uint32(0))
                        .setInterval(Protos.seconds(2))
                        .setBaseEjectionTime(Protos.seconds(5))
                        .setMaxEjectionPercent(Protos.uint32(50)))
                .setCommonLbConfig(Cluster.CommonLbConfig.newBuilder()
                        .setHealthyPanicThreshold(Percent.newBuilder().setValue(1)));
    }

    static Cluster.Builder noticingVanishedPeers(Cluster.Builder cluster) {
        return cluster.setUpstreamConnectionOptions(UpstreamConnectionOptions.newBuilder()
                .setTcpKeepalive(TcpKeepalive.newBuilder()
                        .setKeepaliveProbes(Protos.uint32(3))
                        .setKeepaliveTime(Protos.uint32(30))
                        .setKeepaliveInterval(Protos.uint32(10))));
    }
}
