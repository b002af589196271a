package io.weir.controlplane.push;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundResolver;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import io.weir.controlplane.xds.translate.Recipe;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Builds one world after another. What a change doesn't touch is the same object in the next world: the model's parts,
 * the outbound policy, and whole layers of resources. Used by one thread.
 */
final class Worlds {

    private final MeshSettings settings;
    private final SharedLayers redirected;
    private final SharedLayers bound;
    private final SharedLayers endpoints;
    private @Nullable World last;

    Worlds(MeshSettings settings, RecipeInterner interner) {
        this.settings = settings;
        this.redirected = new SharedLayers(interner);
        this.bound = new SharedLayers(interner);
        this.endpoints = new SharedLayers(interner);
    }

    /** The world after this one, or this one where nothing that matters changed. */
    @SuppressWarnings("ReferenceEquality") // a source gives the same object while nothing changed
    World next(ClusterState state) {
        World before = last;
        if (before == null) {
            Built built = MeshModelBuilder.build(state, settings);
            last = world(1, state, built, OutboundResolver.resolve(built.model()));
        } else if (before.state() != state) {
            last = after(before, state);
        }
        return Objects.requireNonNull(last);
    }

    private World after(World before, ClusterState state) {
        Built built = MeshModelBuilder.rebuild(before.built(), before.state(), state);
        MeshModel model = built.model();
        MeshModel old = before.built().model();
        boolean sameServices =
                model.services().equals(old.services()) && model.routes().equals(old.routes());
        OutboundPolicy outbound = sameServices ? before.outbound() : OutboundResolver.resolve(model);
        return world(before.generation() + 1, state, built, outbound);
    }

    private World world(long generation, ClusterState state, Built built, OutboundPolicy outbound) {
        MeshModel model = built.model();
        Layer assigned = endpoints
                .next(List.of(outbound, model.endpoints()), () -> Plan.endpoints(outbound, model.endpoints()))
                .getOrDefault(XdsType.ENDPOINT, Layer.EMPTY);
        World.Shared shared = new World.Shared(
                any(model, Binds.Redirected.class::isInstance) ? redirected(model, outbound, assigned) : Map.of(),
                any(model, binds -> !(binds instanceof Binds.Redirected)) ? bound(outbound, assigned) : Map.of());
        return new World(generation, state, built, outbound, shared);
    }

    private Map<XdsType, Layer> redirected(MeshModel model, OutboundPolicy outbound, Layer assigned) {
        List<Recipe> direct = Plan.direct(outbound, model.direct());
        return with(assigned, redirected.next(List.of(outbound, direct), () -> {
            List<Recipe> recipes = new ArrayList<>(Plan.redirected(outbound));
            recipes.addAll(direct);
            return recipes;
        }));
    }

    private Map<XdsType, Layer> bound(OutboundPolicy outbound, Layer assigned) {
        return with(assigned, bound.next(outbound, () -> Plan.outbound(outbound)));
    }

    private static Map<XdsType, Layer> with(Layer assigned, Map<XdsType, Layer> layers) {
        Map<XdsType, Layer> all = new EnumMap<>(XdsType.class);
        all.putAll(layers);
        all.put(XdsType.ENDPOINT, assigned);
        return all;
    }

    private static boolean any(MeshModel model, Predicate<Binds> wanted) {
        return model.workloads().values().stream().anyMatch(workload -> {
            Binds binds = workload.binds();
            return binds != null && wanted.test(binds);
        });
    }
}
