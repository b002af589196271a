package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;

/** The app behind one port of the proxy's own workload. */
record LocalCluster(WorkloadPort port, Way way) implements Recipe {

    /** How connections get to the app. */
    enum Way {
        PLAIN,
        /** From an address by which the kernel tells them from what it must redirect. */
        PAST_REDIRECTION
    }

    @Override
    public XdsType type() {
        return XdsType.CLUSTER;
    }

    @Override
    public String name() {
        return Names.local(port.port(), port.protocol().transport());
    }

    @Override
    public Cluster build() {
        Cluster.Builder cluster = Clusters.named(name())
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(ClusterLoadAssignment.newBuilder()
                        .setClusterName(name())
                        .addEndpoints(Endpoints.locality(Endpoints.plain(appAddress()))));
        if (way == Way.PAST_REDIRECTION) {
            cluster.setUpstreamBindConfig(Clusters.escapingRedirection(List.of(port.appAddress())));
        }
        return switch (port.protocol()) {
            case HTTP -> Clusters.speakingHttp(cluster, Clusters.TO_APP).build();
            case TCP, UDP -> cluster.build();
        };
    }

    private Address appAddress() {
        return port.protocol().transport() == Transport.UDP
                ? Protos.udp(port.appAddress(), port.appPort())
                : Protos.tcp(port.appAddress(), port.appPort());
    }
}
