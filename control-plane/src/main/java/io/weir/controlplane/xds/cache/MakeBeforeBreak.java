package io.weir.controlplane.xds.cache;

import com.google.protobuf.ByteString;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The order between the types of one stream (S44). Envoy doesn't warm routes: a route to a cluster that is unknown, or
 * still warming, is a 503. So routes and listeners wait until the client has the clusters and the endpoints of new
 * clusters; and clusters go only when no route or listener that the client uses can name them. Guarded by the stream's
 * lock.
 */
final class MakeBeforeBreak {

    /** How long routes wait for clusters. A client that never warms a cluster would never get a route otherwise. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<XdsType, TypeState> states;
    private final long openedAt;
    private final Set<String> awaitedEndpoints = new HashSet<>();
    private @Nullable Long routesBlockedSince;
    private boolean reconnected;

    MakeBeforeBreak(Map<XdsType, TypeState> states, long openedAt) {
        this.states = new EnumMap<>(states);
        this.openedAt = openedAt;
    }

    /** The client brought clusters from an earlier stream. */
    void reconnected() {
        reconnected = true;
    }

    void beforeSending(XdsType type, Batch batch, ProxySnapshot snapshot) {
        if (type != XdsType.CLUSTER) {
            return;
        }
        for (String name : batch.upserts().keySet()) {
            if (snapshot.get(XdsType.ENDPOINT, name) != null) {
                // Envoy warms a new or changed cluster only on a new answer for its endpoints, even an equal one.
                state(XdsType.ENDPOINT).sendAgain(name);
                if (state(XdsType.CLUSTER).holdings().get(name) == null) {
                    awaitedEndpoints.add(name);
                }
            }
        }
        batch.removed().forEach(awaitedEndpoints::remove);
    }

    /** The client answered for these resources, either way. */
    void answered(XdsType type, Batch batch, Set<String> blamed) {
        switch (type) {
            case ENDPOINT -> awaitedEndpoints.removeAll(batch.upserts().keySet());
            case CLUSTER -> awaitedEndpoints.removeAll(blamed);
            case LISTENER, ROUTE, SECRET -> {}
        }
    }

    /** Starts or stops the clock of routes that wait for clusters. */
    void observe(ProxySnapshot snapshot, long now) {
        boolean waiting = !state(XdsType.LISTENER).open().isEmpty()
                || !state(XdsType.ROUTE).open().isEmpty();
        if (!waiting || clustersAreThere(snapshot)) {
            routesBlockedSince = null;
        } else if (routesBlockedSince == null) {
            routesBlockedSince = now;
        } else if (now - routesBlockedSince >= PATIENCE.toNanos()) {
            awaitedEndpoints.clear();
        }
    }

    /** When something now held is to be looked at again; null if nothing waits for a time. */
    @Nullable
    Long deadline(long now) {
        Long routes = routesBlockedSince == null ? null : routesBlockedSince + PATIENCE.toNanos();
        Long removals = openedAt + PATIENCE.toNanos();
        boolean removalsWait = reconnected
                && removals - now > 0
                && !state(XdsType.CLUSTER).open().isEmpty();
        if (routes != null && routes - now <= 0) {
            routes = null;
        }
        return !removalsWait ? routes : routes != null && routes - removals < 0 ? routes : removals;
    }

    Grant grant(XdsType type, ProxySnapshot snapshot, long now) {
        return switch (type) {
            case CLUSTER -> removals(name -> clustersMayGo(now) && !isStillUsed(name));
            case ENDPOINT -> removals(name -> endpointsMayGo(name, snapshot, now));
            case LISTENER -> routesMayGo(snapshot, now) ? Grant.ALL : Grant.NOTHING;
            case ROUTE -> routes(snapshot, now);
            case SECRET -> Grant.ALL;
        };
    }

    private boolean clustersAreThere(ProxySnapshot snapshot) {
        return awaitedEndpoints.isEmpty() && !state(XdsType.CLUSTER).bringsNew(clusters(snapshot));
    }

    private Contents clusters(ProxySnapshot snapshot) {
        return state(XdsType.CLUSTER).contents(snapshot);
    }

    private boolean routesMayGo(ProxySnapshot snapshot, long now) {
        return clustersAreThere(snapshot)
                || (routesBlockedSince != null && now - routesBlockedSince >= PATIENCE.toNanos());
    }

    private boolean clustersMayGo(long now) {
        boolean routesAsked = state(XdsType.LISTENER).subscription().requested()
                && state(XdsType.ROUTE).subscription().requested();
        // A client that reconnects asks for clusters first; its routes may still name what has gone meanwhile.
        boolean asked = !reconnected || routesAsked || now - openedAt >= PATIENCE.toNanos();
        return asked
                && state(XdsType.LISTENER).settled()
                && state(XdsType.ROUTE).settled();
    }

    /** With its cluster gone, endpoints need no emptying: the client drops them with the cluster. */
    private boolean endpointsMayGo(String name, ProxySnapshot snapshot, long now) {
        TypeState clusters = state(XdsType.CLUSTER);
        return !clusters.subscription().requested()
                || (clusters(snapshot).has(name) && clusters.settled() && clustersMayGo(now));
    }

    /** A client that refused a route or listener uses the last good one, which may name the cluster. */
    private boolean isStillUsed(String cluster) {
        ByteString name = ByteString.copyFrom(cluster, StandardCharsets.UTF_8);
        for (XdsType type : List.of(XdsType.LISTENER, XdsType.ROUTE)) {
            Holdings holdings = state(type).holdings();
            for (String refused : holdings.refused()) {
                Known known = holdings.get(refused);
                if (known != null && !known.goodVersion().isEmpty() && mayMention(known.good(), name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean mayMention(@Nullable XdsResource good, ByteString name) {
        if (good == null) {
            return true;
        }
        byte[] body = good.body().getValue().toByteArray();
        byte[] wanted = name.toByteArray();
        for (int start = 0; start + wanted.length <= body.length; start++) {
            int i = 0;
            while (i < wanted.length && body[start + i] == wanted[i]) {
                i++;
            }
            if (i == wanted.length) {
                return true;
            }
        }
        return false;
    }

    private Grant routes(ProxySnapshot snapshot, long now) {
        boolean upserts = routesMayGo(snapshot, now);
        boolean removals = state(XdsType.LISTENER).settled();
        return new Grant() {
            @Override
            public boolean upserts() {
                return upserts;
            }

            @Override
            public boolean removal(String name) {
                return removals;
            }
        };
    }

    private static Grant removals(Predicate<String> removal) {
        return new Grant() {
            @Override
            public boolean upserts() {
                return true;
            }

            @Override
            public boolean removal(String name) {
                return removal.test(name);
            }
        };
    }

    private TypeState state(XdsType type) {
        TypeState state = states.get(type);
        if (state == null) {
            throw new IllegalStateException("no state for " + type);
        }
        return state;
    }
}
