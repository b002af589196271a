package io.weir.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Columns, two spaces apart: to the left, or numbers to the right; the last one may be as long as it likes. */
public final class TextTable {

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9]+m");

    private final List<List<String>> rows = new ArrayList<>();

    private final int left;

    public TextTable(String... header) {
        this(header.length, header);
    }

    private TextTable(int left, String... header) {
        this.left = left;
        rows.add(List.of(header));
    }

    /** @param left how many columns are aligned to the left; those after them to the right */
    public static TextTable numbers(int left, String... header) {
        return new TextTable(left, header);
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
                String space = " ".repeat(widths[i] - shown(row.get(i)));
                line.append(i < left ? row.get(i) + space : space + row.get(i)).append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static int shown(String cell) {
        return COLOUR.matcher(cell).replaceAll("").length();
    }
}
