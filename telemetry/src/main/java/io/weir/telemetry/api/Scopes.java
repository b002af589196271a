package io.weir.telemetry.api;

import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Scope;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which edges an answer needs: those of an object's namespace or node, since pods that have gone may have been its own. */
final class Scopes {

    private Scopes() {}

    /** @param namespace null: of all of them */
    static Scope list(ResourceKind kind, @Nullable String namespace) {
        return kind == ResourceKind.TRAFFIC_SPLIT
                ? new Scope(Set.of(Reporter.SOURCE), null, null, null)
                : new Scope(Set.of(Reporter.DESTINATION), namespace, null, null);
    }

    static Scope one(Resource resource, Inventory inventory) {
        return of(resource, Set.of(Reporter.DESTINATION), inventory);
    }

    static Scope edges(Resource resource, Inventory inventory) {
        return of(resource, EnumSet.allOf(Reporter.class), inventory);
    }

    private static Scope of(Resource resource, Set<Reporter> reporters, Inventory inventory) {
        return switch (resource.kind()) {
            case NODE -> new Scope(reporters, null, resource.name(), null);
            case NAMESPACE -> new Scope(reporters, resource.name(), null, null);
            case TRAFFIC_SPLIT -> new Scope(Set.of(Reporter.SOURCE), null, null, root(resource, inventory));
            default -> new Scope(reporters, resource.namespace(), null, null);
        };
    }

    private static @Nullable ServiceKey root(Resource resource, Inventory inventory) {
        return inventory.splits().stream()
                .filter(split -> split.namespace().equals(resource.namespace())
                        && split.name().equals(resource.name()))
                .map(split -> new ServiceKey(split.namespace(), split.service()))
                .findFirst()
                .orElse(null);
    }
}
