package io.weir.controlplane.push;

import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Recipe;
import java.lang.ref.WeakReference;
import java.util.EnumMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Builds each distinct recipe once, however many proxies use it, for as long as anyone holds the resource. The recipe is
 * the key, whole, so nothing that a resource depends on can be missing from it.
 */
final class RecipeInterner {

    private final Map<Recipe, WeakReference<XdsResource>> built = new WeakHashMap<>();
    private final Map<XdsType, Long> builds = new EnumMap<>(XdsType.class);

    synchronized XdsResource resource(Recipe recipe) {
        WeakReference<XdsResource> reference = built.get(recipe);
        XdsResource known = reference == null ? null : reference.get();
        if (known != null) {
            assert isBuiltBy(recipe, known) : known + " has other bytes if built by " + recipe;
            return known;
        }
        XdsResource resource = build(recipe);
        builds.merge(recipe.type(), 1L, Long::sum);
        built.put(recipe, new WeakReference<>(resource));
        return resource;
    }

    /**
     * Whether a resource that was built by an equal recipe has the bytes that this one builds. It must: a recipe that is given something
     * which its equality leaves out would let one proxy have what is another's. Asserted wherever a resource is shared, so in every test.
     */
    static boolean isBuiltBy(Recipe recipe, XdsResource resource) {
        return build(recipe).equals(resource);
    }

    private static XdsResource build(Recipe recipe) {
        return XdsResource.of(recipe.type(), recipe.name(), recipe.build());
    }

    /** How many resources of a type were built since the start. */
    synchronized long builds(XdsType type) {
        return builds.getOrDefault(type, 0L);
    }
}
