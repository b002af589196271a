package io.weir.controlplane.push;

import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.model.LoopbackSlot;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.policy.InboundPolicy;
import io.weir.controlplane.policy.InboundResolver;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import io.weir.controlplane.xds.translate.Secrets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one connected proxy is given, kept from world to world so that only what differs is built. Used under its own
 * lock.
 */
final class ProxyView {

    /** All that the proxy's own configuration depends on. */
    private record Inputs(
            Workload workload,
            InboundPolicy inbound,
            OutboundPolicy outbound,
            SortedMap<ServicePortKey, LoopbackSlot> loopback) {}

    private final ResourceMemo memo;
    private @Nullable World world;
    private @Nullable Inputs inputs;
    private @Nullable Svid svid;
    private @Nullable XdsResource trust;
    private Map<XdsType, Layer> own = Map.of();
    private @Nullable ProxySnapshot snapshot;

    ProxyView(RecipeInterner interner) {
        this.memo = new ResourceMemo(interner);
    }

    /** The snapshot for this world and these credentials; the last one where nothing differs. */
    @SuppressWarnings("ReferenceEquality") // the same object means that nothing changed
    synchronized ProxySnapshot snapshot(World current, Workload workload, Svid identity, XdsResource trustBundle) {
        ProxySnapshot last = snapshot;
        if (last != null && current == world && identity == svid && trustBundle == trust) {
            return last;
        }
        configure(current, workload);
        if (identity != svid || trustBundle != trust) {
            own = withSecrets(own, identity, trustBundle);
        }
        world = current;
        svid = identity;
        trust = trustBundle;
        ProxySnapshot next = new ProxySnapshot(current.shared(), own);
        snapshot = next;
        return next;
    }

    private void configure(World current, Workload workload) {
        Inputs next = new Inputs(
                workload,
                InboundResolver.resolve(current.built().model(), workload),
                current.outbound(),
                current.built().model().loopback());
        if (next.equals(inputs)) {
            return;
        }
        inputs = next;
        Map<XdsType, Layer> layers =
                Worlds.layers(memo.build(Plan.own(next.workload(), next.inbound(), next.outbound(), next.loopback())));
        Layer secrets = own.get(XdsType.SECRET);
        if (secrets != null) {
            layers.put(XdsType.SECRET, secrets);
        }
        own = layers;
    }

    private static Map<XdsType, Layer> withSecrets(Map<XdsType, Layer> layers, Svid identity, XdsResource trust) {
        Map<XdsType, Layer> next = new EnumMap<>(XdsType.class);
        next.putAll(layers);
        XdsResource secret =
                XdsResource.of(XdsType.SECRET, "identity", Secrets.identity(identity.keyPem(), identity.chainPem()));
        next.put(XdsType.SECRET, Layer.of(List.of(secret, trust)));
        return next;
    }
}
