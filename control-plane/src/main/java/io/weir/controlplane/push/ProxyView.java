package io.weir.controlplane.push;

import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.LoopbackSlot;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.policy.InboundPolicy;
import io.weir.controlplane.policy.InboundResolver;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.Scope;
import io.weir.controlplane.push.World.SharedPart;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import io.weir.controlplane.xds.translate.Secrets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one connected proxy is given, kept from world to world so that only what differs is built. Used under its own
 * lock.
 */
final class ProxyView {

    private static final OutboundPolicy NOTHING = new OutboundPolicy(MeshSettings.defaults(), new TreeMap<>());

    private static final SortedMap<Integer, SortedSet<String>> NONE = Collections.emptySortedMap();

    /** All that the proxy's own configuration depends on. */
    private record Inputs(
            Workload workload,
            InboundPolicy inbound,
            OutboundPolicy outbound,
            SortedMap<ServicePortKey, LoopbackSlot> loopback,
            Observation observation,
            SortedMap<Integer, SortedSet<String>> beyond) {}

    private final ResourceMemo memo;
    private @Nullable World world;
    private @Nullable Inputs inputs;
    private @Nullable Svid svid;
    private @Nullable XdsResource trust;
    private Map<XdsType, Layer> own = Map.of();
    private @Nullable ProxySnapshot snapshot;
    private volatile Abilities abilities;

    /** @param abilities of the proxy */
    ProxyView(RecipeInterner interner, Abilities abilities) {
        this.memo = new ResourceMemo(interner);
        this.abilities = abilities;
    }

    /** What the proxy can count, as it said last. */
    Telemetry telemetry() {
        return abilities.telemetry();
    }

    /**
     * The snapshot for this world and these credentials; the last one where nothing differs.
     *
     * @param able what the proxy can do
     * @param identity null where the proxy has its key and certificate from its node
     */
    @SuppressWarnings("ReferenceEquality") // the same object means that nothing changed
    synchronized ProxySnapshot snapshot(
            World current, Workload workload, Abilities able, @Nullable Svid identity, XdsResource trustBundle) {
        boolean sameAbilities = able.equals(abilities);
        ProxySnapshot last = snapshot;
        if (last != null && current == world && sameAbilities && identity == svid && trustBundle == trust) {
            return last;
        }
        Binds binds = Objects.requireNonNull(workload.binds(), "a proxy has binds");
        Observation observation = Observation.of(
                able.telemetry(), workload, current.built().model().settings());
        boolean asks = able.asksForMore() && binds instanceof Binds.Redirected;
        Scope scope = asks ? current.scopes().of(workload.identity()) : Scope.WHOLE;
        SortedMap<Integer, SortedSet<String>> beyond = asks ? current.scopes().addresses() : NONE;
        configure(current, workload, binds, observation, beyond);
        if (identity != svid || trustBundle != trust) {
            own = withSecrets(own, identity, trustBundle);
        }
        abilities = able;
        world = current;
        svid = identity;
        trust = trustBundle;
        SharedPart shared = current.shared().of(binds, observation, scope);
        ProxySnapshot next = new ProxySnapshot(shared.told(), own, able.asksForMore() ? shared.onRequest() : Map.of());
        snapshot = next;
        return next;
    }

    /** Whether nothing on which the proxy's own configuration depends can have changed. */
    @SuppressWarnings("ReferenceEquality") // the same object means that nothing changed
    private boolean isAsBefore(
            MeshModel model,
            Workload workload,
            Binds binds,
            Observation observation,
            SortedMap<Integer, SortedSet<String>> beyond) {
        World before = world;
        Inputs last = inputs;
        if (before == null || last == null || !(binds instanceof Binds.Redirected)) {
            return false;
        }
        MeshModel old = before.built().model();
        return workload == last.workload
                && beyond == last.beyond
                && observation.equals(last.observation)
                && model.workloads() == old.workloads()
                && model.grants() == old.grants()
                && model.audited() == old.audited();
    }

    private void configure(
            World current,
            Workload workload,
            Binds binds,
            Observation observation,
            SortedMap<Integer, SortedSet<String>> beyond) {
        if (isAsBefore(current.built().model(), workload, binds, observation, beyond)) {
            return;
        }
        Inputs next = new Inputs(
                workload,
                InboundResolver.resolve(current.built().model(), workload),
                // Where traffic is redirected, all that is outbound is shared.
                binds instanceof Binds.Redirected ? NOTHING : current.listening(),
                current.built().model().loopback(),
                observation,
                beyond);
        if (next.equals(inputs)) {
            return;
        }
        inputs = next;
        Map<XdsType, Layer> layers = SharedLayers.byType(memo.build(Plan.own(
                next.workload(), next.inbound(), next.outbound(), next.loopback(), next.observation(), next.beyond())));
        Layer secrets = own.get(XdsType.SECRET);
        if (secrets != null) {
            layers.put(XdsType.SECRET, secrets);
        }
        own = layers;
    }

    private static Map<XdsType, Layer> withSecrets(
            Map<XdsType, Layer> layers, @Nullable Svid identity, XdsResource trust) {
        Map<XdsType, Layer> next = new EnumMap<>(XdsType.class);
        next.putAll(layers);
        XdsResource secret = XdsResource.of(
                XdsType.SECRET,
                "identity",
                identity == null ? Secrets.identityOfPod() : Secrets.identity(identity.keyPem(), identity.chainPem()));
        next.put(XdsType.SECRET, Layer.of(List.of(secret, trust)));
        return next;
    }
}
