package io.weir.controlplane.xds.resource;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of resources of one type, by name. Shared layers are one object for all who see the same. Layers of the same names, which mostly
 * follow each other, have one index of names together: the next one costs a step for each resource, and so does to compare them.
 */
public final class Layer {

    /** No resources. */
    public static final Layer EMPTY = new Layer(new Names(List.of(), Map.of()), List.of());

    /**
     * Names are long and begin alike, so they are looked up by hash.
     *
     * @param places in {@code sorted}
     */
    private record Names(List<String> sorted, Map<String, Integer> places) {}

    private final Names names;

    /** In the order of their names. */
    private final List<XdsResource> resources;

    private Layer(Names names, List<XdsResource> resources) {
        this.names = names;
        this.resources = resources;
    }

    /** A layer of these resources; two of one name are a bug. */
    public static Layer of(Collection<XdsResource> resources) {
        if (resources.isEmpty()) {
            return EMPTY;
        }
        Map<String, XdsResource> byName = HashMap.newHashMap(resources.size());
        for (XdsResource resource : resources) {
            if (byName.put(resource.name(), resource) != null) {
                throw new IllegalStateException("two resources named " + resource);
            }
        }
        List<String> sorted = List.copyOf(new TreeSet<>(byName.keySet()));
        Map<String, Integer> places = HashMap.newHashMap(sorted.size());
        for (String name : sorted) {
            places.put(name, places.size());
        }
        return new Layer(
                new Names(sorted, places), sorted.stream().map(byName::get).toList());
    }

    /** A layer of these resources, after this one: this one itself where it holds the same. */
    @SuppressWarnings("ReferenceEquality") // mostly it is the same
    public Layer next(Collection<XdsResource> later) {
        if (later.size() != resources.size()) {
            return of(later);
        }
        List<XdsResource> placed = new ArrayList<>(resources);
        BitSet seen = new BitSet(placed.size());
        boolean same = true;
        for (XdsResource resource : later) {
            Integer place = names.places.get(resource.name());
            if (place == null || seen.get(place)) {
                return of(later);
            }
            seen.set(place);
            same &= resource == placed.get(place) || resource.equals(placed.get(place));
            placed.set(place, resource);
        }
        return same ? this : new Layer(names, List.copyOf(placed));
    }

    public @Nullable XdsResource get(String name) {
        Integer place = names.places.get(name);
        return place == null ? null : resources.get(place);
    }

    /** In their order. */
    public List<String> names() {
        return names.sorted;
    }

    /** In the order of their names. */
    public List<XdsResource> resources() {
        return resources;
    }

    /** The names of what another layer has in another version, has more, or has not. */
    @SuppressWarnings("ReferenceEquality") // mostly it is the same
    public List<String> differing(Layer other) {
        List<String> differing = new ArrayList<>();
        boolean sameNames = names == other.names;
        for (int i = 0; i < resources.size(); i++) {
            XdsResource here = resources.get(i);
            XdsResource there = sameNames ? other.resources.get(i) : other.get(here.name());
            if (there == null || (here != there && !here.version().equals(there.version()))) {
                differing.add(here.name());
            }
        }
        if (!sameNames) {
            other.names().stream().filter(name -> get(name) == null).forEach(differing::add);
        }
        return differing;
    }
}
