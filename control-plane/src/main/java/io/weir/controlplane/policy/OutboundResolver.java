package io.weir.controlplane.policy;

import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshService;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePort;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Sorted.Cursor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
                ports.put(key, resolve(service, key, routes));
            }
        }
        return new OutboundPolicy(mesh.settings(), ports);
    }

    /**
     * Equal to {@code resolve(after)}, with the objects of {@code policy} for whatever is the same object in both models; where they differ in
     * nothing but route tables and services.
     *
     * @param policy what was resolved from {@code before}
     */
    @SuppressWarnings("ReferenceEquality") // the same object means that nothing changed
    public static OutboundPolicy resolve(MeshModel after, MeshModel before, OutboundPolicy policy) {
        if (after.routes().size() != policy.ports().size()) {
            return reusing(policy, resolve(after));
        }
        Cursor<ServicePortKey, RouteTable> tables = new Cursor<>(before.routes());
        Cursor<ServiceKey, MeshService> services = new Cursor<>(before.services());
        Cursor<ServiceKey, MeshService> now = new Cursor<>(after.services());
        Cursor<ServicePortKey, OutboundPort> ports = new Cursor<>(policy.ports());
        Map<ServicePortKey, OutboundPort> changed = new HashMap<>();
        for (Map.Entry<ServicePortKey, RouteTable> entry : after.routes().entrySet()) {
            ServicePortKey key = entry.getKey();
            MeshService service = Objects.requireNonNull(now.at(key.service()));
            OutboundPort known = ports.at(key);
            if (known == null) {
                return reusing(policy, resolve(after));
            }
            if (service != services.at(key.service()) || entry.getValue() != tables.at(key)) {
                OutboundPort fresh = resolve(service, key, entry.getValue());
                if (!fresh.equals(known)) {
                    changed.put(key, fresh);
                }
            }
        }
        if (changed.isEmpty() && after.settings().equals(before.settings())) {
            return policy;
        }
        SortedMap<ServicePortKey, OutboundPort> all = new TreeMap<>(policy.ports());
        all.putAll(changed);
        return new OutboundPolicy(after.settings(), all);
    }

    private static OutboundPolicy reusing(OutboundPolicy policy, OutboundPolicy fresh) {
        Cursor<ServicePortKey, OutboundPort> known = new Cursor<>(policy.ports());
        return new OutboundPolicy(fresh.settings(), Sorted.mapped(fresh.ports(), (key, port) -> {
            OutboundPort same = known.at(key);
            return same != null && same.equals(port) ? same : port;
        }));
    }

    private static OutboundPort resolve(MeshService service, ServicePortKey key, RouteTable routes) {
        boolean split = split(routes);
        boolean claimed = service.guarded().contains(key) || split;
        // A split may lead elsewhere.
        boolean refuses = service.refusing().contains(key) && !split;
        return new OutboundPort(key, routes, service.addresses(), service.accounts(), claimed, refuses);
    }

    /** A root may have no workloads of its own. */
    private static boolean split(RouteTable routes) {
        return routes.rules().stream().anyMatch(rule -> !rule.origin().kind().equals("Service"));
    }
}
