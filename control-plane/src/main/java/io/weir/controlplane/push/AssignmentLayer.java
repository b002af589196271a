package io.weir.controlplane.push;

import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Sorted.Cursor;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundPort;
import io.weir.controlplane.policy.Scopes.Aliased;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.translate.Plan;
import io.weir.controlplane.xds.translate.Recipe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** All ClusterLoadAssignments, kept from world to world by service port: where endpoints are the same object, nothing is planned. Used by one thread. */
final class AssignmentLayer {

    /** The resources of a service port; and their recipes, by which they are found if they come again; {@code endpoints} as the model has them. */
    private record Part(
            @Nullable List<Endpoint> endpoints,
            List<String> aliases,
            List<Recipe> recipes,
            List<XdsResource> resources) {}

    private final RecipeInterner interner;
    private SortedMap<ServicePortKey, Part> parts = Collections.emptySortedMap();
    private Layer layer = Layer.EMPTY;

    AssignmentLayer(RecipeInterner interner) {
        this.interner = interner;
    }

    /**
     * The layer of a world; the same object where it holds the same.
     *
     * @param aliased the service ports that have aliases
     */
    @SuppressWarnings("ReferenceEquality") // the same object means that nothing changed
    Layer next(
            OutboundPolicy policy,
            SortedMap<ServicePortKey, List<Endpoint>> endpoints,
            SortedMap<ServicePortKey, Aliased> aliased) {
        Cursor<ServicePortKey, Part> before = new Cursor<>(parts);
        Cursor<ServicePortKey, List<Endpoint>> assigned = new Cursor<>(endpoints);
        Cursor<ServicePortKey, Aliased> known = new Cursor<>(aliased);
        parts = Sorted.mapped(policy.ports(), (key, port) -> {
            Part last = before.at(key);
            List<Endpoint> own = assigned.at(key);
            Aliased alias = known.at(key);
            List<String> aliases = alias == null ? List.of() : alias.addresses();
            // Datagrams are split by endpoints, so those of other service ports count too.
            return last != null
                            && last.endpoints == own
                            && last.aliases.equals(aliases)
                            && key.transport() == Transport.TCP
                    ? last
                    : part(port, own, aliases, endpoints);
        });
        List<XdsResource> all = new ArrayList<>();
        parts.values().forEach(part -> all.addAll(part.resources));
        layer = layer.next(all);
        return layer;
    }

    private Part part(
            OutboundPort port,
            @Nullable List<Endpoint> own,
            List<String> aliases,
            SortedMap<ServicePortKey, List<Endpoint>> endpoints) {
        List<Recipe> recipes = Plan.endpoints(port, endpoints, aliases);
        return new Part(
                own, aliases, recipes, recipes.stream().map(interner::resource).toList());
    }
}
