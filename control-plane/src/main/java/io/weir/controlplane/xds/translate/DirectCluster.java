package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.SortedSet;

/** The pods behind a port of a headless Service, each by the address that the app found by DNS, over mTLS. */
record DirectCluster(ServicePortKey key, SortedSet<Identity> accounts, String trustDomain) implements Recipe {

    DirectCluster {
        accounts = Sorted.set(accounts);
    }

    @Override
    public XdsType type() {
        return XdsType.CLUSTER;
    }

    @Override
    public String name() {
        return Names.direct(key);
    }

    @Override
    public Cluster build() {
        Cluster.Builder cluster = Clusters.whereItWasMeant(name());
        return Clusters.noticingVanishedPeers(cluster)
                .setTransportSocket(Tls.clientOf(accounts, trustDomain))
                .build();
    }
}
