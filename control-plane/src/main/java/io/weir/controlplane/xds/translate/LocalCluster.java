package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.xds.resource.XdsType;

/** The app behind one port of the proxy's own workload. */
record LocalCluster(WorkloadPort port) implements Recipe {

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
