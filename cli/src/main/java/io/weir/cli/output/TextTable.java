package io.weir.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Columns, aligned to the left and two spaces apart; the last one may be as long as it likes. */
public final class TextTable {

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9]+m");

    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... header) {
        rows.add(List.of(header));
    }

    public TextTable row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], shown(row.get(i)));
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - shown(row.get(i)) + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static int shown(String cell) {
        return COLOUR.matcher(cell).replaceAll("").length();
    }
}
