package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.NoEndpoints;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One type's part of a snapshot, as a stream is given it.
 *
 * @param named whether the stream asked for a name, and not only for all there is
 */
record Contents(ProxySnapshot snapshot, XdsType type, Predicate<String> named) {

    /** A proxy of which nothing is configured. */
    static final ProxySnapshot NOTHING = new ProxySnapshot(Map.of(), Map.of());

    boolean has(String name) {
        return get(name) != null;
    }

    /** Whether the stream is given a name only because it asks for it, or has it. */
    boolean isOnRequest(String name) {
        return snapshot.get(type, name) == null && snapshot.onRequest(type).get(name) != null;
    }

    private @Nullable XdsResource get(String name) {
        XdsResource resource = snapshot.get(type, name);
        return resource == null && named.test(name) ? snapshot.onRequest(type).get(name) : resource;
    }

    /**
     * What a client that asks for a name should hold; null if it should hold nothing. Endpoints that do not exist are an
     * empty assignment: Envoy would wait for a missing one, with the cluster warming, until its timeout.
     */
    @Nullable
    XdsResource wanted(String name) {
        XdsResource resource = get(name);
        return resource == null && type == XdsType.ENDPOINT ? NoEndpoints.of(name) : resource;
    }

    /** These names as the strings that all streams share, where there is a resource of that name: a stream keeps them for as long as it lives. */
    List<String> shared(List<String> named) {
        return named.stream()
                .map(name -> {
                    XdsResource told = snapshot.get(type, name);
                    XdsResource resource =
                            told == null ? snapshot.onRequest(type).get(name) : told;
                    return resource == null ? name : resource.name();
                })
                .toList();
    }

    /** What a stream is given that asks for all there is. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(snapshot.shared(type).names());
        names.addAll(snapshot.own(type).names());
        return names;
    }
}
