package moira.routing.analysis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.trace.TraceHeader;

/**
 * Holds the Parquet files of a trace, which others may have written or changed, against what a trace's columns are: names, types, NULLs,
 * ranges, and rows of which there can be one. Without it a token that is there twice multiplies every join it meets.
 */
final class TraceCheck {
    private static final String REPEATED = "SELECT %1$s FROM %2$s GROUP BY %1$s HAVING COUNT(*) > 1 LIMIT 1";
    private static final String ORPHANS =
            "SELECT document FROM %s WHERE document NOT IN (SELECT document FROM documents) LIMIT 1";

    private final DuckDb database;
    private final TraceHeader header;

    TraceCheck(DuckDb database, TraceHeader header) {
        this.database = database;
        this.header = header;
    }

    /**
     * Makes the view of one of the trace's tables, with the columns that a trace has.
     *
     * @param files of which it consists; none makes no view
     * @throws MoiraException that names the file and what is wrong in it
     */
    void view(TraceTable table, List<Path> files) {
        if (files.isEmpty()) {
            return;
        }
        for (Path file : files) {
            columns(table, file);
            values(table, file);
        }
        String columns = table.columns().stream()
                .map(column -> "CAST(\"%1$s\" AS %2$s) AS \"%1$s\"".formatted(column.name(), column.type()))
                .collect(Collectors.joining(", "));
        database.execute(
                "CREATE VIEW " + table.viewName() + " AS SELECT " + columns + " FROM " + DuckDb.parquet(files));
        rows(table, files.size() == 1 ? files.getFirst() : files.getFirst().getParent());
    }

    private void columns(TraceTable table, Path file) {
        Map<String, String> types = new TreeMap<>();
        database.query(
                "DESCRIBE SELECT * FROM " + DuckDb.parquet(List.of(file)),
                row -> types.put(row.getString(1), row.getString(2)));
        for (TraceTable.Column column : table.columns()) {
            String type = types.get(column.name());
            if (type == null || !column.fits(type)) {
                throw MoiraException.expected(
                        file + ", column " + column.name(),
                        column.kind().words(),
                        type == null ? "no such column" : type);
            }
        }
    }

    /** One pass over a file. */
    private void values(TraceTable table, Path file) {
        List<String> tests = table.columns().stream()
                .map(column -> "COUNT(*) FILTER (WHERE " + column.wrong(header) + ")")
                .toList();
        List<TraceTable.Column> wrong = new ArrayList<>();
        database.query("SELECT " + String.join(", ", tests) + " FROM " + DuckDb.parquet(List.of(file)), row -> {
            for (int i = 0; i < tests.size(); i++) {
                if (row.getLong(i + 1) > 0) {
                    wrong.add(table.columns().get(i));
                }
            }
        });
        for (TraceTable.Column column : wrong) {
            String[] found = {""};
            database.query(
                    "SELECT CAST(\"" + column.name() + "\" AS VARCHAR) FROM " + DuckDb.parquet(List.of(file))
                            + " WHERE " + column.wrong(header) + " LIMIT 1",
                    row -> found[0] = row.getString(1));
            throw MoiraException.expected(
                    file + ", column " + column.name(), column.allowed(header), found[0] == null ? "NULL" : found[0]);
        }
    }

    private void rows(TraceTable table, Path where) {
        String key = String.join(", ", table.key());
        database.query(REPEATED.formatted(key, table.viewName()), row -> {
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= table.key().size(); i++) {
                values.add(table.key().get(i - 1) + " " + row.getString(i));
            }
            throw MoiraException.expected(
                    where.toString(), "one row for each " + key, "two for " + String.join(", ", values));
        });
        if (table != TraceTable.DOCUMENTS && table.key().contains("document")) {
            database.query(ORPHANS.formatted(table.viewName()), row -> {
                throw MoiraException.expected(
                        where.toString(), "documents that documents.parquet has", "document " + row.getString(1));
            });
        }
        if (Stream.of(TraceTable.COUNTS, TraceTable.TOKEN_COUNTS).anyMatch(table::equals)) {
            counts(table, where);
        }
    }

    /** Shares that add up to 1 or to k are no counts: a null for so few tokens would leave less than nothing of them. */
    private void counts(TraceTable table, Path where) {
        String of = table == TraceTable.COUNTS ? "document" : "domain, token";
        double[] found = {0, 0};
        database.query(
                "SELECT MAX(n), SUM(broken) FROM (SELECT SUM(assignments) AS n, COUNT(*) FILTER (WHERE assignments <> floor(assignments))"
                        + " AS broken FROM " + table.viewName() + " GROUP BY layer, choice, " + of + ")",
                row -> {
                    found[0] = row.getDouble(1);
                    found[1] = row.getDouble(2);
                });
        if (found[1] > 0 && found[0] <= 1.001 * header.expertsPerToken()) {
            throw MoiraException.expected(
                    where + ", column assignments",
                    "counts",
                    "frequencies that add up to " + Math.round(1000 * found[0]) / 1000.0);
        }
    }
}
