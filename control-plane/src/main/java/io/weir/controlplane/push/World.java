package io.weir.controlplane.push;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Observation;
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
 * @param listening what of {@code outbound} listeners depend on; the same object in every world in which it is the same
 * @param shared the resources that all proxies of a kind are given
 */
public record World(
        long generation,
        ClusterState state,
        Built built,
        OutboundPolicy outbound,
        OutboundPolicy listening,
        Shared shared) {

    /** The resources that proxies of each kind share; nothing where no workload has such a proxy. */
    @FunctionalInterface
    public interface Shared {

        /** Those for a proxy with these binds, and that tell this. May be called from any thread. */
        Map<XdsType, Layer> of(Binds binds, Observation observation);
    }
}
