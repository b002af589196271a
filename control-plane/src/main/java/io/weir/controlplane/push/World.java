package io.weir.controlplane.push;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.Scope;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.Map;

/**
 * Every stage's value at one moment.
 *
 * @param generation counts worlds from 1
 * @param listening what of {@code outbound} listeners depend on that a proxy has of its own; the same object in every world in which it is
 *     the same, and not kept up to date while no proxy has any
 * @param scopes how much each caller is told
 * @param shared the resources that all proxies of a kind are given
 */
public record World(
        long generation,
        ClusterState state,
        Built built,
        OutboundPolicy outbound,
        OutboundPolicy listening,
        CallerScopes scopes,
        Shared shared) {

    /** The resources that proxies of each kind share; nothing where no workload has such a proxy. */
    @FunctionalInterface
    interface Shared {

        /** Those for a proxy with these binds, that tell this, and are told this much. May be called from any thread. */
        SharedPart of(Binds binds, Observation observation, Scope scope);
    }

    /**
     * What a proxy shares with others.
     *
     * @param told what it is sent
     * @param onRequest what it may ask for beyond that
     */
    record SharedPart(Map<XdsType, Layer> told, Map<XdsType, Layer> onRequest) {

        static final SharedPart NOTHING = new SharedPart(Map.of(), Map.of());
    }
}
