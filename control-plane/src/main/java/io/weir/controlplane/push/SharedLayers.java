package io.weir.controlplane.push;

import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Recipe;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The resources of one kind of proxies, kept from world to world so that only what differs is built. */
final class SharedLayers {

    private final ResourceMemo memo;
    private @Nullable Object last;
    private Map<XdsType, Layer> layers = Map.of();

    SharedLayers(RecipeInterner interner) {
        this.memo = new ResourceMemo(interner);
    }

    /**
     * @param inputs all that the recipes depend on
     * @return by type; a layer whose resources are the same objects is the same object, so that nobody compares it again
     */
    synchronized Map<XdsType, Layer> next(Object inputs, Supplier<List<Recipe>> recipes) {
        if (!inputs.equals(last)) {
            last = inputs;
            layers = byType(memo.build(recipes.get()), layers);
        }
        return layers;
    }

    /** These layers and all ClusterLoadAssignments. */
    static Map<XdsType, Layer> with(Layer assigned, Map<XdsType, Layer> layers) {
        Map<XdsType, Layer> all = new EnumMap<>(XdsType.class);
        all.putAll(layers);
        all.put(XdsType.ENDPOINT, assigned);
        return all;
    }

    /** A layer, perhaps an empty one, for each type of which there may be some. */
    static Map<XdsType, Layer> byType(List<XdsResource> resources) {
        return byType(resources, Map.of());
    }

    /** The same, after these: whatever holds the same is the same object. */
    static Map<XdsType, Layer> byType(List<XdsResource> resources, Map<XdsType, Layer> before) {
        Map<XdsType, List<XdsResource>> byType = new EnumMap<>(XdsType.class);
        for (XdsType type : List.of(XdsType.CLUSTER, XdsType.LISTENER, XdsType.ROUTE)) {
            byType.put(type, new ArrayList<>());
        }
        resources.forEach(resource ->
                byType.computeIfAbsent(resource.type(), _ -> new ArrayList<>()).add(resource));
        Map<XdsType, Layer> layers = new EnumMap<>(XdsType.class);
        byType.forEach((type, list) ->
                layers.put(type, before.getOrDefault(type, Layer.EMPTY).next(list)));
        return layers;
    }
}
