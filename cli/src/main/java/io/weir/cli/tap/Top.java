package io.weir.cli.tap;

import io.weir.cli.output.Style;
import io.weir.cli.output.TextTable;
import io.weir.cli.stat.Numbers;
import io.weir.telemetry.tap.TappedRequest;
import io.weir.telemetry.tap.TappedRequest.Direction;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests gathered by both ends, method and path. Used by one thread. */
public final class Top {

    /** Callers make up paths; what is beyond is counted in one row. */
    public static final int MOST_PATHS = 5_000;

    private static final Comparator<Map.Entry<Key, Row>> MOST_FIRST = Comparator.comparingLong(
                    (Map.Entry<Key, Row> row) -> -row.getValue().count)
            .thenComparing(row -> row.getKey().path())
            .thenComparing(row -> row.getKey().toString());

    private final Map<Key, Row> rows = new HashMap<>();

    /** What requests are gathered by. */
    private record Key(Direction direction, String source, String destination, String method, String path) {

        static Key of(TappedRequest request) {
            return new Key(
                    request.direction(),
                    Words.end(request.source()),
                    Words.end(request.destination()),
                    Words.method(request),
                    Words.path(request));
        }

        Key others() {
            return new Key(direction, "-", "-", "-", "(other paths)");
        }
    }

    private static final class Row {

        /** Quantiles are of so many requests, the last ones. */
        private static final int REMEMBERED = 1_000;

        private final double[] lastMs = new double[REMEMBERED];
        private long count;
        private long successes;

        void add(TappedRequest request) {
            lastMs[(int) (count % REMEMBERED)] = request.durationMs();
            count++;
            successes += request.outcome().success() ? 1 : 0;
        }

        /** The nearest rank. */
        double quantile(double q) {
            double[] sorted = Arrays.copyOf(lastMs, (int) Math.min(count, REMEMBERED));
            Arrays.sort(sorted);
            return sorted[(int) Math.ceil(q * sorted.length) - 1];
        }
    }

    public void add(TappedRequest request) {
        Key key = Key.of(request);
        Key known = rows.containsKey(key) || rows.size() < MOST_PATHS ? key : key.others();
        rows.computeIfAbsent(known, _ -> new Row()).add(request);
    }

    /** @param most rows, those with the most requests; the table says how many are left out */
    public String text(int most, Style style) {
        if (rows.isEmpty()) {
            return "no request yet\n";
        }
        TextTable table = TextTable.numbers(
                5, "DIR", "SOURCE", "DESTINATION", "METHOD", "PATH", "COUNT", "SUCCESS", "P50", "P95", "P99");
        for (Map.Entry<Key, Row> entry : sorted(most)) {
            Key key = entry.getKey();
            Row row = entry.getValue();
            table.row(
                    Words.direction(key.direction()),
                    key.source(),
                    key.destination(),
                    key.method(),
                    key.path(),
                    Long.toString(row.count),
                    Numbers.success((double) row.successes / row.count, style),
                    Numbers.millis(row.quantile(0.5)),
                    Numbers.millis(row.quantile(0.95)),
                    Numbers.millis(row.quantile(0.99)));
        }
        int left = rows.size() - most;
        return table + (left > 0 ? left + " more\n" : "");
    }

    /** All rows, for programs. */
    public List<Map<String, @Nullable Object>> tree() {
        return sorted(Integer.MAX_VALUE).stream()
                .map(entry -> tree(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Map<String, @Nullable Object> tree(Key key, Row row) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("direction", key.direction().name());
        tree.put("source", key.source());
        tree.put("destination", key.destination());
        tree.put("method", key.method());
        tree.put("path", key.path());
        tree.put("requests", row.count);
        tree.put("success", (double) row.successes / row.count);
        tree.put("p50Ms", row.quantile(0.5));
        tree.put("p95Ms", row.quantile(0.95));
        tree.put("p99Ms", row.quantile(0.99));
        return tree;
    }

    private List<Map.Entry<Key, Row>> sorted(int most) {
        return rows.entrySet().stream().sorted(MOST_FIRST).limit(most).toList();
    }
}
