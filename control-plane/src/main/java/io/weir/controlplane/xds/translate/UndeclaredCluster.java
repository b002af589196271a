package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;

/**
 * The app at whichever of its ports the caller meant.
 *
 * @param addresses the pod's own
 */
record UndeclaredCluster(List<String> addresses) implements Recipe {

    UndeclaredCluster {
        addresses = List.copyOf(addresses);
    }

    @Override
    public XdsType type() {
        return XdsType.CLUSTER;
    }

    @Override
    public String name() {
        return Names.UNDECLARED;
    }

    @Override
    public Cluster build() {
        return Clusters.whereItWasMeant(name())
                .setUpstreamBindConfig(Clusters.escapingRedirection(addresses))
                .build();
    }
}
