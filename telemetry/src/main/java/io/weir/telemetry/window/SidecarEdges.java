package io.weir.telemetry.window;

import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.Series;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Party;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which edges a sidecar's series are. A peer is looked up again whenever the inventory has changed: an address may come to be
 * known, or go to another pod; once it was known it stays who it was until then.
 */
final class SidecarEdges {

    private final ProxyIdentity sidecar;
    private final EdgeResolver resolver;
    private final EdgeTable table;
    private final Map<Series, Resolved> resolved = new HashMap<>();

    SidecarEdges(ProxyIdentity sidecar, EdgeResolver resolver, EdgeTable table) {
        this.sidecar = sidecar;
        this.resolver = resolver;
        this.table = table;
    }

    private static final class Resolved {
        private final Map<Protocol, EdgeTable.Row> rows = new EnumMap<>(Protocol.class);
        private Inventory by;
        private boolean grpc;

        Resolved(Inventory by) {
            this.by = by;
        }
    }

    boolean knows(Series series) {
        return resolved.containsKey(series);
    }

    int size() {
        return resolved.size();
    }

    /** A request of this series was one of gRPC: all of its requests are taken for such. */
    void isGrpc(Series series, Inventory inventory) {
        entry(series, inventory).grpc = true;
    }

    /** Where requests of this series count. */
    EdgeTable.Row requests(Series series, Inventory inventory, long nowMs) {
        return row(series, entry(series, inventory).grpc ? Protocol.GRPC : Protocol.HTTP, inventory, nowMs);
    }

    /** Where connections of this series count. */
    EdgeTable.Row connections(Series series, Inventory inventory, long nowMs) {
        return row(series, Protocol.TCP, inventory, nowMs);
    }

    void keepOnly(Set<Series> used) {
        resolved.keySet().retainAll(used);
    }

    private Resolved entry(Series series, Inventory inventory) {
        return resolved.computeIfAbsent(series, _ -> new Resolved(inventory));
    }

    @SuppressWarnings(
            "ReferenceEquality") // inventories are large, and a new object comes only when it says something else
    private EdgeTable.Row row(Series series, Protocol protocol, Inventory inventory, long nowMs) {
        Resolved entry = entry(series, inventory);
        EdgeTable.Row known = entry.rows.get(protocol);
        if (known != null && known.told() && entry.by == inventory) {
            return known;
        }
        if (entry.by != inventory) {
            Map<Protocol, EdgeTable.Row> before = new EnumMap<>(entry.rows);
            entry.by = inventory;
            entry.rows.clear();
            before.forEach((which, row) -> entry.rows.put(which, renewed(series, which, row, inventory, nowMs)));
        }
        known = entry.rows.get(protocol);
        if (known == null || !known.told()) {
            known = found(resolver.resolve(sidecar, series, protocol, inventory), nowMs);
            entry.rows.put(protocol, known);
        }
        return known;
    }

    private EdgeTable.Row renewed(
            Series series, Protocol protocol, EdgeTable.Row row, Inventory inventory, long nowMs) {
        Edge fresh = resolver.resolve(sidecar, series, protocol, inventory);
        boolean lost = fresh.peer().key() == null && row.edge().peer().key() != null;
        return lost && row.told() ? row : found(fresh, nowMs);
    }

    private EdgeTable.Row found(Edge edge, long nowMs) {
        EdgeTable.Row row = table.row(edge, nowMs, false);
        return row != null ? row : withoutPeer(edge, nowMs);
    }

    /** There are no more than a few of these for each sidecar. */
    private EdgeTable.Row withoutPeer(Edge edge, long nowMs) {
        boolean source = edge.reporter() == Edge.Reporter.SOURCE;
        Edge folded = new Edge(
                edge.reporter(),
                source ? edge.source() : Party.UNKNOWN,
                source ? Party.UNKNOWN : edge.destination(),
                null,
                null,
                edge.protocol(),
                false);
        EdgeTable.@Nullable Row row = table.row(folded, nowMs, true);
        if (row == null) {
            throw new IllegalStateException("a row beyond the limit was refused");
        }
        return row;
    }
}
