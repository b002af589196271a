package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.SortedSet;

/** A service port's own endpoints, as callers reach them. */
record OutboundCluster(ServicePortKey key, AppProtocol protocol, SortedSet<Identity> accounts, String trustDomain)
        implements Recipe {

    OutboundCluster {
        accounts = Sorted.set(accounts);
    }

    @Override
    public XdsType type() {
        return XdsType.CLUSTER;
    }

    @Override
    public String name() {
        return Names.outbound(key);
    }

    @Override
    public Cluster build() {
        return switch (protocol) {
            // Any TCP or HTTP port may carry HTTP for a caller, where root and backend disagree on the protocol.
            case HTTP -> stream().setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST).build();
            case TCP -> stream().setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN).build();
            // The split of sessions is the weights of the endpoints, which only ROUND_ROBIN keeps exactly.
            case UDP ->
                Clusters.discovered(name())
                        .setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN)
                        .build();
        };
    }

    private Cluster.Builder stream() {
        Cluster.Builder cluster = Clusters.discovered(name());
        Clusters.speakingHttp(cluster, Clusters.TO_SIDECARS);
        Clusters.securedFor(cluster, accounts, trustDomain);
        return Clusters.watchingReachability(cluster);
    }
}
