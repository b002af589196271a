package io.weir.telemetry.window;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Traffic;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every edge that was heard of, with a number and its totals. */
final class EdgeTable {

    private static final long STAYS = Long.MAX_VALUE;

    private final int most;
    private final long keepGoneMs;
    private final Map<Edge, Row> rows = new HashMap<>();
    private final Map<Integer, Row> byNumber = new HashMap<>();
    private int numbers;

    EdgeTable(int most, long keepGoneMs) {
        this.most = most;
        this.keepGoneMs = keepGoneMs;
    }

    /** An edge, and all that went over it. */
    static final class Row {

        private final int number;
        private final Edge edge;
        private final Tally total = new Tally();
        private long changedMs;
        private long goneMs = STAYS;
        private boolean told = true;

        private Row(int number, Edge edge, long nowMs) {
            this.number = number;
            this.edge = edge;
            this.changedMs = nowMs;
        }

        int number() {
            return number;
        }

        Edge edge() {
            return edge;
        }

        /** False once it was swept: what happens now belongs to a new row. */
        boolean told() {
            return told;
        }

        /** For something that happened now. */
        Tally total(long nowMs) {
            changedMs = nowMs;
            return total;
        }
    }

    /**
     * The edge's row, made if there is none.
     *
     * @param beyond whether it is made although the table is full
     * @return null if the table is full
     */
    @Nullable
    Row row(Edge edge, long nowMs, boolean beyond) {
        Row known = rows.get(edge);
        if (known != null && known.told) {
            return known;
        }
        if (known == null && rows.size() >= most && !beyond) {
            return null;
        }
        Row row = new Row(numbers++, edge, nowMs);
        if (known != null) {
            // It was told of as gone, and is back: totals that began at zero again could be taken for less growth than
            // there was.
            row.total.add(known.total);
        }
        rows.put(edge, row);
        byNumber.put(row.number, row);
        return row;
    }

    @Nullable
    Edge edge(int number) {
        Row row = byNumber.get(number);
        return row == null ? null : row.edge;
    }

    Map<Edge, Traffic> totals() {
        Map<Edge, Traffic> totals = new LinkedHashMap<>();
        for (Row row : rows.values()) {
            if (row.told) {
                totals.put(row.edge, row.total.traffic());
            }
        }
        return totals;
    }

    /** Stops telling of edges of which an end has gone long ago. */
    void sweep(long nowMs, Inventory inventory) {
        for (Row row : rows.values()) {
            boolean gone = gone(row.edge.source(), inventory) || gone(row.edge.destination(), inventory);
            row.goneMs = gone ? Math.min(row.goneMs, nowMs) : STAYS;
            if (gone && nowMs - Math.max(row.goneMs, row.changedMs) >= keepGoneMs) {
                row.told = false;
            }
        }
    }

    private static boolean gone(Party party, Inventory inventory) {
        WorkloadKey key = party.key();
        return key != null && !inventory.parties().containsKey(key);
    }

    /** Forgets untold edges of which nothing is kept from this moment on. */
    void forgetBefore(long ms) {
        rows.values().removeIf(row -> !row.told && row.changedMs < ms);
        byNumber.values().removeIf(row -> !row.told && row.changedMs < ms);
    }

    /** The latest moment at which something went over an untold edge; the beginning of time if there is none. */
    long lastOfUntold() {
        return byNumber.values().stream()
                .filter(row -> !row.told)
                .mapToLong(row -> row.changedMs)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    boolean full() {
        return rows.size() >= most;
    }

    int size() {
        return rows.size();
    }
}
