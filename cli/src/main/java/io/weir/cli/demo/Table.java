package io.weir.cli.demo;

import io.weir.cli.demo.Bookstore.Weights;
import io.weir.cli.output.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who calls whom, how often, and with what success: lines of text, at most as wide as the usual terminal. */
final class Table {

    private static final List<String> HEAD =
            List.of("FROM", "TO", "WEIGHT", "SHARE", "SUCCESS", "RPS", "P50", "P99", "DENIED");
    private static final int LEFT_ALIGNED = 2;
    private static final int SUCCESS = 4;
    private static final int DENIED = 8;
    private static final String NOTHING = "-";

    private Table() {}

    /**
     * The head and a line for each edge.
     *
     * @param interval what was counted in some seconds
     * @param weights what the TrafficSplit says; null: it can't be read
     */
    static List<String> lines(Observation interval, @Nullable Weights weights, Style style) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        Tally buyer = interval.of(Bookstore.BUYER);
        rows.add(backend(interval, Bookstore.FROM_V1, weights == null ? null : weights.v1()));
        rows.add(backend(interval, Bookstore.FROM_V2, weights == null ? null : weights.v2()));
        if (buyer.by(Tally.Author.NOBODY).total() + buyer.failed() > 0) {
            rows.add(edge("bookbuyer", "(no backend)", refused(buyer), interval.seconds()));
        }
        rows.add(edge("bookthief", "bookstore", interval.of(Bookstore.THIEF), interval.seconds()));
        rows.add(edge("bookstore-v1", "inventory", interval.of(Bookstore.V1), interval.seconds()));
        rows.add(edge("bookstore-v2", "inventory", interval.of(Bookstore.V2), interval.seconds()));
        return aligned(rows, style);
    }

    private static List<String> backend(Observation interval, Tally.Author author, @Nullable Integer weight) {
        Tally buyer = interval.of(Bookstore.BUYER);
        Tally.Answers answers = buyer.by(author);
        long all = buyer.by(Bookstore.FROM_V1).total()
                + buyer.by(Bookstore.FROM_V2).total();
        return List.of(
                "bookbuyer",
                "bookstore-" + author.version(),
                weight == null ? NOTHING : Integer.toString(weight),
                percent(answers.total(), all),
                percent(answers.good(), answers.total()),
                rate(answers.total(), interval.seconds()),
                millis(answers.p50Millis()),
                millis(answers.p99Millis()),
                Long.toString(answers.of("403")));
    }

    private static List<String> edge(String from, String to, Tally tally, double seconds) {
        Tally.Answers most = tally.answers().values().stream()
                .reduce((one, other) -> other.total() > one.total() ? other : one)
                .orElse(Tally.Answers.NONE);
        return List.of(
                from,
                to,
                NOTHING,
                NOTHING,
                percent(tally.good(), tally.calls()),
                rate(tally.calls(), seconds),
                millis(most.p50Millis()),
                millis(most.p99Millis()),
                Long.toString(tally.of("403")));
    }

    /** What no backend answered. */
    private static Tally refused(Tally tally) {
        return new Tally(
                tally.pid(),
                new TreeMap<>(Map.of(Tally.Author.NOBODY, tally.by(Tally.Author.NOBODY))),
                tally.failures());
    }

    private static List<String> aligned(List<List<String>> rows, Style style) {
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                String space = " ".repeat(widths[column] - cell.length());
                String shown = row.equals(HEAD) ? style.faint(cell) : painted(row, column, style);
                line.append(column == 0 ? "" : "  ").append(column < LEFT_ALIGNED ? shown + space : space + shown);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static String painted(List<String> row, int column, Style style) {
        String cell = row.get(column);
        if (cell.equals(NOTHING)) {
            return style.faint(cell);
        }
        boolean denied = !row.get(DENIED).equals("0");
        return switch (column) {
            case SUCCESS -> cell.equals("100.0%") ? style.good(cell) : denied ? style.warn(cell) : style.bad(cell);
            case DENIED -> denied ? style.warn(cell) : cell;
            default -> cell;
        };
    }

    private static String percent(long part, long all) {
        return all == 0 ? NOTHING : String.format(Locale.ROOT, "%.1f%%", 100.0 * part / all);
    }

    private static String rate(long count, double seconds) {
        if (seconds <= 0) {
            return NOTHING;
        }
        double rate = count / seconds;
        // A digit fewer where it says nothing, so that the line fits 80 columns.
        return String.format(Locale.ROOT, rate < 999.95 ? "%.1f" : "%.0f", rate);
    }

    private static String millis(@Nullable Double value) {
        if (value == null) {
            return NOTHING;
        }
        return value < 1000
                ? String.format(Locale.ROOT, value < 10 ? "%.1fms" : "%.0fms", value)
                : String.format(Locale.ROOT, "%.1fs", value / 1000);
    }
}
