package io.weir.controlplane.push;

import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundResolver;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds one world after another. What a change doesn't touch is the same object in the next world: the model's parts,
 * the outbound policy, and whole layers of resources. Used by one thread.
 */
final class Worlds {

    private final MeshSettings settings;
    private final ResourceMemo configuration;
    private final ResourceMemo endpoints;
    private @Nullable World last;

    Worlds(MeshSettings settings, RecipeInterner interner) {
        this.settings = settings;
        this.configuration = new ResourceMemo(interner);
        this.endpoints = new ResourceMemo(interner);
    }

    /** The world after this one, or this one where nothing that matters changed. */
    @SuppressWarnings("ReferenceEquality") // a source gives the same object while nothing changed
    World next(ClusterState state) {
        World before = last;
        if (before == null) {
            last = first(state);
        } else if (before.state() != state) {
            last = after(before, state);
        }
        return Objects.requireNonNull(last);
    }

    private World first(ClusterState state) {
        Built built = MeshModelBuilder.build(state, settings);
        OutboundPolicy outbound = OutboundResolver.resolve(built.model());
        Map<XdsType, Layer> shared = layers(configuration.build(Plan.outbound(outbound)));
        shared.put(XdsType.ENDPOINT, endpointLayer(outbound, built.model()));
        return new World(1, state, built, outbound, shared);
    }

    private World after(World before, ClusterState state) {
        Built built = MeshModelBuilder.rebuild(before.built(), before.state(), state);
        MeshModel model = built.model();
        MeshModel old = before.built().model();
        boolean sameServices =
                model.services().equals(old.services()) && model.routes().equals(old.routes());
        OutboundPolicy outbound = sameServices ? before.outbound() : OutboundResolver.resolve(model);
        Map<XdsType, Layer> shared = new EnumMap<>(XdsType.class);
        shared.putAll(before.shared());
        if (!sameServices) {
            keepEqual(shared, layers(configuration.build(Plan.outbound(outbound))));
        }
        if (!sameServices || !model.endpoints().equals(old.endpoints())) {
            keepEqual(shared, Map.of(XdsType.ENDPOINT, endpointLayer(outbound, model)));
        }
        return new World(before.generation() + 1, state, built, outbound, shared);
    }

    private Layer endpointLayer(OutboundPolicy outbound, MeshModel model) {
        return Layer.of(endpoints.build(Plan.endpoints(outbound, model.endpoints())));
    }

    /** A layer whose resources are the same objects stays the same object, so that nobody compares it again. */
    private static void keepEqual(Map<XdsType, Layer> layers, Map<XdsType, Layer> next) {
        next.forEach((type, layer) ->
                layers.merge(type, layer, (old, fresh) -> old.byName().equals(fresh.byName()) ? old : fresh));
    }

    static Map<XdsType, Layer> layers(List<XdsResource> resources) {
        Map<XdsType, List<XdsResource>> byType = new EnumMap<>(XdsType.class);
        for (XdsType type : List.of(XdsType.CLUSTER, XdsType.LISTENER, XdsType.ROUTE)) {
            byType.put(type, new ArrayList<>());
        }
        resources.forEach(resource ->
                byType.computeIfAbsent(resource.type(), t -> new ArrayList<>()).add(resource));
        Map<XdsType, Layer> layers = new EnumMap<>(XdsType.class);
        byType.forEach((type, list) -> layers.put(type, Layer.of(list)));
        return layers;
    }
}
