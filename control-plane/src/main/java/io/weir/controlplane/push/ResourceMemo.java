package io.weir.controlplane.push;

import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Recipe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers what each recipe of a set built last, so that a recipe equal to the last one under its name builds nothing.
 * Not safe for use by several threads.
 */
final class ResourceMemo {

    private record Name(XdsType type, String name) {}

    private record Entry(Recipe recipe, XdsResource resource) {}

    private final RecipeInterner interner;
    private Map<Name, Entry> entries = new HashMap<>();

    ResourceMemo(RecipeInterner interner) {
        this.interner = interner;
    }

    /** The resources of these recipes; names that were there before and aren't now are forgotten. */
    List<XdsResource> build(Collection<? extends Recipe> recipes) {
        Map<Name, Entry> next = HashMap.newHashMap(recipes.size());
        List<XdsResource> resources = new ArrayList<>(recipes.size());
        for (Recipe recipe : recipes) {
            Name name = new Name(recipe.type(), recipe.name());
            Entry last = entries.get(name);
            Entry entry =
                    last != null && last.recipe().equals(recipe) ? last : new Entry(recipe, interner.resource(recipe));
            assert RecipeInterner.isBuiltBy(recipe, entry.resource())
                    : entry.resource() + " has other bytes if built by " + recipe;
            if (next.put(name, entry) != null) {
                throw new IllegalStateException("two recipes for " + name);
            }
            resources.add(entry.resource());
        }
        entries = next;
        return resources;
    }
}
