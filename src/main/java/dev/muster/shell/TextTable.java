package dev.muster.shell;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns as wide as what is in them. */
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... titles) {
        this.rows.add(List.of(titles));
    }

    void row(String... cells) {
        this.rows.add(List.of(cells));
    }

    /** All lines, the titles first, each beginning with {@code indent}. */
    String text(String indent) {
        int columns = this.rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : this.rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : this.rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int column = 0; column < columns; column++) {
                line.append(row.get(column)).append(" ".repeat(widths[column] - row.get(column).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

}
