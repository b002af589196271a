package io.weir.cli.stat;

import io.weir.cli.output.Style;
import io.weir.cli.output.TextTable;
import io.weir.cli.stat.Talks.Secured;
import io.weir.cli.stat.Talks.Side;
import io.weir.telemetry.model.Inventory.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rows as tables. Columns that would hold nothing are left out. */
public record Views(Style style) {

    private static final List<String> GOLDEN = List.of("SUCCESS", "RPS", "P50", "P95", "P99");
    private static final String DENIED = "DENIED";
    private static final List<String> TCP = List.of("CONNS", "TCP/S");

    /** Which columns there are beyond the usual ones. */
    private record Extra(boolean denied, boolean tcp) {
        static Extra of(Stream<Golden> all) {
            List<Golden> golden = all.toList();
            return new Extra(
                    golden.stream().anyMatch(one -> one.denied() > 0),
                    golden.stream().anyMatch(one -> one.connections() > 0));
        }
    }

    /** One row for each object; its namespace where there are several. */
    public String stat(Stat stat) {
        List<Stat.Row> rows = stat.rows();
        boolean named = several(rows.stream().map(row -> row.resource().namespace()));
        Extra extra = Extra.of(rows.stream().map(Stat.Row::golden));
        List<List<String>> lines = new ArrayList<>();
        for (Stat.Row row : rows) {
            Resource resource = row.resource();
            List<String> line = new ArrayList<>();
            if (named) {
                line.add(resource.namespace());
            }
            line.add(resource.name());
            line.add(row.pods() == 0 ? Numbers.NOTHING : row.meshed() + "/" + row.pods());
            line.addAll(golden(row.golden(), stat.seconds(), extra));
            lines.add(line);
        }
        List<String> head = new ArrayList<>(named ? List.of("NAMESPACE", "NAME", "MESHED") : List.of("NAME", "MESHED"));
        return table(named ? 2 : 1, head, extra, lines);
    }

    /** One row for each pair. */
    public String talks(Talks talks) {
        List<Talks.Row> rows = talks.rows();
        boolean named = several(rows.stream()
                .flatMap(row -> Stream.of(row.source(), row.destination()))
                .map(Side::namespace)
                .filter(namespace -> !namespace.isEmpty()));
        Extra extra = Extra.of(rows.stream().map(Talks.Row::golden));
        List<List<String>> lines = new ArrayList<>();
        for (Talks.Row row : rows) {
            List<String> line = new ArrayList<>(
                    List.of(side(row.source(), named), side(row.destination(), named), secured(row.secured())));
            line.addAll(golden(row.golden(), talks.seconds(), extra));
            lines.add(line);
        }
        return table(3, List.of("SRC", "DST", "SECURED"), extra, lines);
    }

    /** One row for each backend. */
    public String shares(Shares shares) {
        Extra extra = Extra.of(shares.rows().stream().map(Shares.Row::golden));
        List<List<String>> lines = new ArrayList<>();
        for (Shares.Row row : shares.rows()) {
            Integer weight = row.weight();
            List<String> line = new ArrayList<>(List.of(
                    row.backend(),
                    weight == null ? Numbers.NOTHING : weight.toString(),
                    Numbers.percent(row.declared()),
                    Numbers.percent(row.observed())));
            line.addAll(golden(row.golden(), shares.seconds(), extra));
            lines.add(line);
        }
        Golden nobody = shares.nobody();
        if (nobody.requests() + nobody.connections() > 0) {
            List<String> line =
                    new ArrayList<>(List.of("(no backend)", Numbers.NOTHING, Numbers.NOTHING, Numbers.NOTHING));
            line.addAll(golden(nobody, shares.seconds(), extra));
            lines.add(line);
        }
        return table(1, List.of("BACKEND", "WEIGHT", "DECLARED", "SHARE"), extra, lines);
    }

    /** Where a table of shares is about. */
    public static String title(Shares shares) {
        return "TrafficSplit " + shares.name() + " of Service " + shares.service();
    }

    private List<String> golden(Golden golden, double seconds, Extra extra) {
        List<String> cells = new ArrayList<>(Numbers.golden(golden, seconds, style));
        if (extra.denied()) {
            cells.add(golden.denied() == 0 ? Numbers.NOTHING : style.warn(Long.toString(golden.denied())));
        }
        if (extra.tcp()) {
            cells.addAll(Numbers.tcp(golden, seconds));
        }
        return cells;
    }

    private static String table(int left, List<String> head, Extra extra, List<List<String>> lines) {
        List<String> columns = new ArrayList<>(head);
        columns.addAll(GOLDEN);
        if (extra.denied()) {
            columns.add(DENIED);
        }
        if (extra.tcp()) {
            columns.addAll(TCP);
        }
        TextTable table = TextTable.numbers(left, columns.toArray(String[]::new));
        lines.forEach(line -> table.row(line.toArray(String[]::new)));
        return table.toString();
    }

    private static boolean several(Stream<String> namespaces) {
        return namespaces.distinct().limit(2).count() > 1;
    }

    private String secured(Secured secured) {
        return switch (secured) {
            case ALL -> style.secured();
            case NONE -> style.plaintext();
            case UNKNOWN -> Numbers.NOTHING;
            case PART -> style.warn("part");
        };
    }

    private static String side(Side side, boolean named) {
        if (side.equals(Side.OUTSIDE)) {
            return "(outside)";
        }
        String name = switch (side.kind()) {
            case "Service" -> side.name() + " (svc)";
            case "ServiceAccount" -> side.name() + " (sa)";
            default -> side.name();
        };
        return named && !side.namespace().isEmpty() ? side.namespace() + "/" + name : name;
    }
}
