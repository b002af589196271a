package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.controlplane.xds.resource.XdsType;

/** Wherever the app meant to connect to. */
record PassthroughCluster() implements Recipe {

    /** The app's connection is accepted before the other end is reached, so its own patience no longer counts. */
    private static final int PATIENCE_SECONDS = 30;

    @Override
    public XdsType type() {
        return XdsType.CLUSTER;
    }

    @Override
    public String name() {
        return Names.PASSTHROUGH;
    }

    @Override
    public Cluster build() {
        return Clusters.noticingVanishedPeers(Clusters.whereItWasMeant(name()))
                .setConnectTimeout(Protos.seconds(PATIENCE_SECONDS))
                .build();
    }
}
