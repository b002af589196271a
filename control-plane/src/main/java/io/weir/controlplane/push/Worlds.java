package io.weir.controlplane.push;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundResolver;
import io.weir.controlplane.policy.Scope;
import io.weir.controlplane.policy.Scopes;
import io.weir.controlplane.policy.Scopes.Aliased;
import io.weir.controlplane.push.RedirectedLayers.Common;
import io.weir.controlplane.push.World.SharedPart;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Builds one world after another. What a change doesn't touch is the same object in the next world: the model's parts,
 * the outbound policy, and whole layers of resources. Used by one thread.
 */
final class Worlds {

    private final MeshSettings settings;
    private final RedirectedLayers redirected;
    private final SharedLayers bound;
    private final AssignmentLayer endpoints;

    private OutboundPolicy listening = new OutboundPolicy(MeshSettings.defaults(), Collections.emptySortedMap());
    private @Nullable World last;

    Worlds(MeshSettings settings, RecipeInterner interner) {
        this.settings = settings;
        this.redirected = new RedirectedLayers(interner);
        this.bound = new SharedLayers(interner);
        this.endpoints = new AssignmentLayer(interner);
    }

    /**
     * The world after this one, or this one where nothing that matters changed.
     *
     * @param telling the connected proxies, and what each can count
     */
    @SuppressWarnings("ReferenceEquality") // a source gives the same object while nothing changed
    World next(ClusterState state, Map<WorkloadKey, Telemetry> telling) {
        World before = last;
        if (before == null) {
            Built built = MeshModelBuilder.build(state, settings);
            last = world(1, state, built, OutboundResolver.resolve(built.model()), telling);
        } else if (before.state() != state) {
            last = after(before, state, telling);
        }
        return Objects.requireNonNull(last);
    }

    /**
     * Forgets what no connected proxy uses.
     *
     * @param telling as of {@link #next}
     */
    void keepOnly(Map<WorkloadKey, Telemetry> telling) {
        if (last != null) {
            redirected.keepOnly(used(last.built().model(), telling));
        }
    }

    private World after(World before, ClusterState state, Map<WorkloadKey, Telemetry> telling) {
        Built built = MeshModelBuilder.rebuild(before.built(), before.state(), state);
        MeshModel model = built.model();
        MeshModel old = before.built().model();
        OutboundPolicy outbound = OutboundResolver.resolve(model, old, before.outbound());
        return world(before.generation() + 1, state, built, outbound, telling);
    }

    private World world(
            long generation,
            ClusterState state,
            Built built,
            OutboundPolicy outbound,
            Map<WorkloadKey, Telemetry> telling) {
        MeshModel model = built.model();
        CallerScopes scopes = scopes(model, outbound);
        SortedMap<ServicePortKey, Aliased> aliased = scopes.scopes().aliased();
        Layer assigned = endpoints.next(outbound, model.endpoints(), aliased);
        if (any(model, binds -> !(binds instanceof Binds.Redirected))) {
            OutboundPolicy now = outbound.listening();
            listening = now.equals(listening) ? listening : now;
        }
        return new World(
                generation,
                state,
                built,
                outbound,
                listening,
                scopes,
                shared(model, new Common(outbound, model.direct(), aliased, assigned), used(model, telling)));
    }

    /** Those of the last world, where nothing can have changed on which they depend. */
    private CallerScopes scopes(MeshModel model, OutboundPolicy outbound) {
        World before = last;
        if (before == null) {
            return CallerScopes.whole().next(Scopes.of(model, outbound));
        }
        MeshModel old = before.built().model();
        boolean same = outbound.refusesLike(before.outbound())
                && model.grants().equals(old.grants())
                && model.audited().equals(old.audited());
        return same ? before.scopes() : before.scopes().next(Scopes.of(model, outbound));
    }

    private World.Shared shared(MeshModel model, Common common, Set<Observation> used) {
        OutboundPolicy outbound = common.outbound();
        Layer assigned = common.assigned();
        @Nullable
        Function<Observation, ScopedLayers> unbound =
                any(model, Binds.Redirected.class::isInstance) ? redirected.of(common, used) : null;
        Map<XdsType, Layer> own = any(model, binds -> !(binds instanceof Binds.Redirected))
                ? SharedLayers.with(assigned, bound.next(outbound, () -> Plan.outbound(outbound)))
                : Map.of();
        return (binds, observation, scope) -> switch (binds) {
            case Binds.Redirected _ -> unbound == null ? SharedPart.NOTHING : part(unbound.apply(observation), scope);
            // Nothing that they share counts: their listeners are their own.
            case Binds.Loopback _, Binds.Explicit _ -> new SharedPart(own, Map.of());
        };
    }

    private static SharedPart part(ScopedLayers layers, Scope scope) {
        return new SharedPart(layers.of(scope), layers.onRequest());
    }

    /** What the proxies among these tell that share variants. */
    private static Set<Observation> used(MeshModel model, Map<WorkloadKey, Telemetry> telling) {
        Set<Observation> used = new HashSet<>();
        telling.forEach((key, telemetry) -> {
            Workload workload = model.workloads().get(key);
            if (workload != null && workload.binds() instanceof Binds.Redirected) {
                used.add(Observation.of(telemetry, workload, model.settings()));
            }
        });
        return used;
    }

    private static boolean any(MeshModel model, Predicate<Binds> wanted) {
        return model.workloads().values().stream().anyMatch(workload -> {
            Binds binds = workload.binds();
            return binds != null && wanted.test(binds);
        });
    }
}
