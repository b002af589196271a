package io.weir.controlplane.xds.resource;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An immutable set of resources of one type, by name. Shared layers are one object for all who see the same. */
public final class Layer {

    /** No resources. */
    public static final Layer EMPTY = new Layer(new TreeMap<>());

    private static final int FEW = 8;

    private final SortedMap<String, XdsResource> byName;

    /** Names are long and begin alike. */
    private final Map<String, XdsResource> hashed;

    private Layer(SortedMap<String, XdsResource> byName) {
        this.byName = Collections.unmodifiableSortedMap(byName);
        this.hashed = byName.size() <= FEW ? byName : new HashMap<>(byName);
    }

    /** A layer of these resources; two of one name are a bug. */
    public static Layer of(Collection<XdsResource> resources) {
        TreeMap<String, XdsResource> byName = new TreeMap<>();
        for (XdsResource resource : resources) {
            if (byName.put(resource.name(), resource) != null) {
                throw new IllegalStateException("two resources named " + resource);
            }
        }
        return byName.isEmpty() ? EMPTY : new Layer(byName);
    }

    public @Nullable XdsResource get(String name) {
        return hashed.get(name);
    }

    public SortedMap<String, XdsResource> byName() {
        return byName;
    }
}
