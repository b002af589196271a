package io.weir.controlplane.push;

import io.weir.controlplane.policy.Scope;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What proxies share that tell the same, in variants by how much they are told. A variant is built when a proxy asks for it. Only the types
 * differ of which a proxy wants all there are; of the others it names what it wants. Safe for use by several threads.
 */
final class ScopedLayers {

    private static final List<XdsType> TOLD_UNASKED = List.of(XdsType.CLUSTER, XdsType.LISTENER);

    private final Map<XdsType, Layer> whole;
    private final Layer aliases;
    private final Set<String> alwaysTold;
    private final Map<XdsType, Layer> onRequest;
    private final Map<Scope, Map<XdsType, Layer>> variants = Collections.synchronizedMap(new IdentityHashMap<>());
    private @Nullable ScopedLayers before;

    /**
     * @param aliases the clusters by which sidecars reach what is beyond their scope
     * @param alwaysTold names of clusters that are in every scope
     * @param before of the last world: its layers are kept where they would be equal
     */
    ScopedLayers(Map<XdsType, Layer> whole, Layer aliases, Set<String> alwaysTold, @Nullable ScopedLayers before) {
        this.whole = whole;
        this.aliases = aliases;
        this.alwaysTold = alwaysTold;
        this.before = before == null || !before.alwaysTold.equals(alwaysTold) ? null : before;
        this.onRequest = onRequest(before);
        if (before != null) {
            before.before = null;
        }
    }

    @SuppressWarnings("ReferenceEquality") // a layer that did not change is the same object
    private Map<XdsType, Layer> onRequest(@Nullable ScopedLayers last) {
        Layer clusters = whole(XdsType.CLUSTER);
        Map<XdsType, Layer> all = new EnumMap<>(XdsType.class);
        all.put(XdsType.LISTENER, whole(XdsType.LISTENER));
        if (last != null && last.aliases == aliases && last.whole(XdsType.CLUSTER) == clusters) {
            all.put(XdsType.CLUSTER, last.onRequest.getOrDefault(XdsType.CLUSTER, Layer.EMPTY));
        } else {
            List<XdsResource> both = new ArrayList<>(clusters.resources());
            both.addAll(aliases.resources());
            all.put(XdsType.CLUSTER, Layer.of(both));
        }
        return all;
    }

    private Layer whole(XdsType type) {
        return whole.getOrDefault(type, Layer.EMPTY);
    }

    /** What a proxy of any scope may ask for, or keep if it has it. */
    Map<XdsType, Layer> onRequest() {
        return onRequest;
    }

    /** The layers for a scope: the same object for the same scope, which is looked for as an object. */
    Map<XdsType, Layer> of(Scope scope) {
        if (scope.beyond().isEmpty()) {
            return whole;
        }
        synchronized (variants) {
            Map<XdsType, Layer> known = variants.get(scope);
            if (known == null) {
                known = build(scope);
                variants.put(scope, known);
            }
            return known;
        }
    }

    @SuppressWarnings("ReferenceEquality") // as above
    private Map<XdsType, Layer> build(Scope scope) {
        ScopedLayers last = before;
        Map<XdsType, Layer> kept = last == null ? Map.of() : last.variants.getOrDefault(scope, Map.of());
        Map<XdsType, Layer> layers = new EnumMap<>(whole);
        Set<String> left = new HashSet<>();
        for (XdsType type : TOLD_UNASKED) {
            Layer all = whole(type);
            Layer same = kept.get(type);
            if (last != null && same != null && last.whole(type) == all) {
                layers.put(type, same);
                continue;
            }
            if (left.isEmpty()) {
                scope.beyond().forEach(key -> left.add(Plan.name(key)));
            }
            layers.put(type, without(left, type, all, same));
        }
        return layers;
    }

    private Layer without(Set<String> left, XdsType type, Layer all, @Nullable Layer kept) {
        List<XdsResource> told = all.resources().stream()
                .filter(resource -> !left.contains(resource.name())
                        || (type == XdsType.CLUSTER && alwaysTold.contains(resource.name())))
                .toList();
        return kept == null ? Layer.of(told) : kept.next(told);
    }
}
