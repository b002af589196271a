package io.weir.controlplane.xds.resource;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything one proxy is given at one moment: layers shared with its group, and layers of its own (binds, inbound
 * policy, secrets). Secrets are never in a shared layer. A name stands in one of the two, never in both.
 *
 * @param onRequest what the proxy is given only if it names it, or has it already; may hold what the others hold
 */
public record ProxySnapshot(Map<XdsType, Layer> shared, Map<XdsType, Layer> own, Map<XdsType, Layer> onRequest) {

    public ProxySnapshot {
        shared = complete(shared);
        own = complete(own);
        onRequest = complete(onRequest);
    }

    /** With nothing more to ask for. */
    public ProxySnapshot(Map<XdsType, Layer> shared, Map<XdsType, Layer> own) {
        this(shared, own, Map.of());
    }

    public @Nullable XdsResource get(XdsType type, String name) {
        XdsResource resource = layer(own, type).get(name);
        return resource != null ? resource : layer(shared, type).get(name);
    }

    public Layer shared(XdsType type) {
        return layer(shared, type);
    }

    public Layer onRequest(XdsType type) {
        return layer(onRequest, type);
    }

    public Layer own(XdsType type) {
        return layer(own, type);
    }

    private static Layer layer(Map<XdsType, Layer> layers, XdsType type) {
        return layers.getOrDefault(type, Layer.EMPTY);
    }

    private static Map<XdsType, Layer> complete(Map<XdsType, Layer> layers) {
        EnumMap<XdsType, Layer> copy = new EnumMap<>(XdsType.class);
        copy.putAll(layers);
        return Collections.unmodifiableMap(copy);
    }
}
