package io.weir.controlplane.push;

import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Sorted.Cursor;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundPort;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import io.weir.controlplane.xds.translate.Recipe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * What proxies share to which the kernel redirects traffic and that tell the same, kept from world to world by service port: of a port that is the
 * same object as before nothing is planned. Safe for use by several threads.
 */
final class PortLayers {

    /** The resources of a service port, and their recipes, by which they are found if they come again: nobody else keeps those. */
    private record Part(OutboundPort port, boolean isTarget, List<Recipe> recipes, List<XdsResource> resources) {}

    private final RecipeInterner interner;
    private final Observation observation;
    private final ResourceMemo others;
    private SortedMap<ServicePortKey, Part> parts = Collections.emptySortedMap();
    private Map<XdsType, Layer> layers = Map.of();

    PortLayers(RecipeInterner interner, Observation observation) {
        this.interner = interner;
        this.observation = observation;
        this.others = new ResourceMemo(interner);
    }

    /**
     * The layers of a world.
     *
     * @param more recipes that follow from no service port
     * @return by type; a layer whose resources are the same is the same object as before
     */
    @SuppressWarnings("ReferenceEquality") // the same object means that nothing changed
    synchronized Map<XdsType, Layer> next(OutboundPolicy policy, List<Recipe> more) {
        Set<ServicePortKey> targets = Plan.splitTargets(policy);
        Cursor<ServicePortKey, Part> before = new Cursor<>(parts);
        List<XdsResource> all = new ArrayList<>(others.build(more));
        SortedMap<ServicePortKey, Part> now = Sorted.mapped(policy.ports(), (key, port) -> {
            Part last = before.at(key);
            boolean isTarget = targets.contains(key);
            return last != null && last.port == port && last.isTarget == isTarget ? last : part(port, isTarget, policy);
        });
        now.values().forEach(part -> all.addAll(part.resources));
        parts = now;
        layers = SharedLayers.byType(all, layers);
        return layers;
    }

    private Part part(OutboundPort port, boolean isTarget, OutboundPolicy policy) {
        List<Recipe> recipes = Plan.redirected(port, isTarget, policy.settings(), observation);
        return new Part(
                port,
                isTarget,
                recipes,
                recipes.stream().map(interner::resource).toList());
    }
}
