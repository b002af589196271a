package io.weir.controlplane.push;

import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.Scopes.Aliased;
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
import java.util.stream.Collectors;

/**
 * What proxies share to which the kernel redirects traffic, in variants by what they tell. Mostly there is one. Who may annotate
 * namespaces may have as many as there are namespaces with a connected proxy: a variant is built when a proxy asks for it, and kept
 * for as long as one is connected that uses it. Used by one thread, but for the functions that it returns.
 */
final class RedirectedLayers {

    private final RecipeInterner interner;
    private final SharedLayers aliases;
    private final Map<Observation, PortLayers> variants = new ConcurrentHashMap<>();

    /** Of the newest world. */
    private Map<Observation, ScopedLayers> built = new ConcurrentHashMap<>();

    RedirectedLayers(RecipeInterner interner) {
        this.interner = interner;
        this.aliases = new SharedLayers(interner);
    }

    /**
     * What all variants of one world have in common.
     *
     * @param pods behind headless Services
     * @param aliased what can be reached without being told of
     * @param assigned all ClusterLoadAssignments
     */
    record Common(
            OutboundPolicy outbound,
            SortedMap<ServicePortKey, List<Endpoint>> pods,
            SortedMap<ServicePortKey, Aliased> aliased,
            Layer assigned) {}

    /**
     * The layers of one world: at once in the variants that are used, the others when asked for, by whatever thread that is.
     *
     * @param used what connected proxies tell: what was built for others is forgotten
     */
    Function<Observation, ScopedLayers> of(Common common, Set<Observation> used) {
        variants.keySet().retainAll(used);
        Layer others = aliases.next(
                        List.of(common.outbound().settings(), common.aliased()),
                        () -> Plan.aliasClusters(
                                common.aliased(), common.outbound().settings()))
                .getOrDefault(XdsType.CLUSTER, Layer.EMPTY);
        Set<String> targets =
                Plan.splitTargets(common.outbound()).stream().map(Plan::name).collect(Collectors.toSet());
        Map<Observation, ScopedLayers> last = built;
        Function<Observation, ScopedLayers> build =
                wanted -> new ScopedLayers(whole(common, wanted), others, targets, last.get(wanted));
        Map<Observation, ScopedLayers> layers = new ConcurrentHashMap<>();
        for (Observation known : variants.keySet()) {
            layers.put(known, build.apply(known));
        }
        built = layers;
        return wanted -> layers.computeIfAbsent(wanted, build);
    }

    /** Forgets what is kept for others than these; whoever asks for it after all is built it anew. */
    void keepOnly(Set<Observation> used) {
        variants.keySet().retainAll(used);
        built.keySet().retainAll(used);
    }

    private Map<XdsType, Layer> whole(Common common, Observation observation) {
        List<Recipe> others = new ArrayList<>(Plan.direct(common.outbound(), common.pods(), observation));
        others.add(Plan.passthrough());
        PortLayers variant = variants.computeIfAbsent(observation, _ -> new PortLayers(interner, observation));
        return SharedLayers.with(common.assigned(), variant.next(common.outbound(), others));
    }
}
