package io.weir.controlplane.push;

import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.Map;

/**
 * Every stage's value at one moment.
 *
 * @param generation counts worlds from 1
 * @param shared the resources that all proxies are given
 */
public record World(
        long generation, ClusterState state, Built built, OutboundPolicy outbound, Map<XdsType, Layer> shared) {

    public World {
        shared = Map.copyOf(shared);
    }
}
