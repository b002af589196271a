package io.weir.controlplane.push;

import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import io.weir.controlplane.xds.translate.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What proxies share to which the kernel redirects traffic, in variants by what they tell. Mostly there is one. Who may annotate
 * namespaces may have as many as there are namespaces with a connected proxy: a variant is built when a proxy asks for it, and kept
 * for as long as one is connected that uses it. Used by one thread, but for the functions that it returns.
 */
final class RedirectedLayers {

    private final RecipeInterner interner;
    private final Map<Observation, SharedLayers> variants = new ConcurrentHashMap<>();

    /** Of the newest world. */
    private Map<Observation, Map<XdsType, Layer>> built = new ConcurrentHashMap<>();

    RedirectedLayers(RecipeInterner interner) {
        this.interner = interner;
    }

    /**
     * The layers of one world: at once in the variants that are used, the others when asked for, by whatever thread that is.
     *
     * @param assigned all ClusterLoadAssignments
     * @param used what connected proxies tell: what was built for others is forgotten
     */
    Function<Observation, Map<XdsType, Layer>> of(
            OutboundPolicy outbound,
            SortedMap<ServicePortKey, List<Endpoint>> pods,
            Layer assigned,
            Set<Observation> used) {
        variants.keySet().retainAll(used);
        Map<Observation, Map<XdsType, Layer>> layers = new ConcurrentHashMap<>();
        for (Observation known : variants.keySet()) {
            layers.put(known, build(outbound, pods, assigned, known));
        }
        built = layers;
        return wanted -> layers.computeIfAbsent(wanted, observation -> build(outbound, pods, assigned, observation));
    }

    /** Forgets what is kept for others than these; whoever asks for it after all is built it anew. */
    void keepOnly(Set<Observation> used) {
        variants.keySet().retainAll(used);
        built.keySet().retainAll(used);
    }

    private Map<XdsType, Layer> build(
            OutboundPolicy outbound,
            SortedMap<ServicePortKey, List<Endpoint>> pods,
            Layer assigned,
            Observation observation) {
        List<Recipe> direct = Plan.direct(outbound, pods, observation);
        SharedLayers variant = variants.computeIfAbsent(observation, _ -> new SharedLayers(interner));
        return SharedLayers.with(assigned, variant.next(List.of(outbound, direct), () -> {
            List<Recipe> recipes = new ArrayList<>(Plan.redirected(outbound, observation));
            recipes.addAll(direct);
            return recipes;
        }));
    }
}
