package io.weir.controlplane.policy;

import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshService;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.ServicePort;
import io.weir.controlplane.model.ServicePortKey;
import java.util.SortedMap;
import java.util.TreeMap;

/** What callers do: every service of the mesh. What of it a caller need not be told is for {@link Scopes} to say. */
public final class OutboundResolver {

    private OutboundResolver() {}

    /**
     * Every service port with its routes and accounts. A service port that the model gives no route table is a bug of
     * the model builder, since traffic for it would silently go nowhere.
     */
    public static OutboundPolicy resolve(MeshModel mesh) {
        SortedMap<ServicePortKey, OutboundPort> ports = new TreeMap<>();
        for (MeshService service : mesh.services().values()) {
            for (ServicePort port : service.ports()) {
                ServicePortKey key = service.portKey(port);
                RouteTable routes = mesh.routes().get(key);
                if (routes == null) {
                    throw new IllegalStateException("no route table for " + key);
                }
                boolean split = split(routes);
                boolean claimed = service.guarded().contains(key) || split;
                // A split may lead elsewhere.
                boolean refuses = service.refusing().contains(key) && !split;
                ports.put(
                        key, new OutboundPort(key, routes, service.addresses(), service.accounts(), claimed, refuses));
            }
        }
        return new OutboundPolicy(mesh.settings(), ports);
    }

    /** A root may have no workloads of its own. */
    private static boolean split(RouteTable routes) {
        return routes.rules().stream().anyMatch(rule -> !rule.origin().kind().equals("Service"));
    }
}
