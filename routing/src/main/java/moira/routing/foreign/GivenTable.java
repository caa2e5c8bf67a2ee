package moira.routing.foreign;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.trace.TraceBuilder;

/** A CSV or Parquet file as a table of the database, with the order of its rows. */
final class GivenTable implements AutoCloseable {
    /** Counts the rows of a file. */
    static final String ROW = "moira_row";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Path file;
    private final DuckDb database;
    private final String name;
    /** By its name in small letters, as it is written. */
    private final Map<String, String> columns = new LinkedHashMap<>();

    private GivenTable(Path file, DuckDb database, String name) {
        this.file = file;
        this.database = database;
        this.name = name;
    }

    /** @throws MoiraException if the file is no CSV with a header, and no Parquet */
    static GivenTable open(Path file, TraceBuilder trace) {
        GivenTable table = new GivenTable(file, trace.database().duplicate(), "given" + NUMBER.incrementAndGet());
        boolean parquet = file.toString().endsWith(".parquet");
        try {
            table.database.execute("CREATE TEMP TABLE " + table.name + " AS SELECT *, row_number() OVER () AS " + ROW
                    + " FROM " + (parquet ? DuckDb.parquet(List.of(file)) : csv(CsvHead.read(file))));
            table.database.query(
                    "SELECT column_name FROM (DESCRIBE " + table.name + ")",
                    row -> table.columns.put(row.getString(1).toLowerCase(Locale.ROOT), row.getString(1)));
        } catch (MoiraException e) {
            table.close();
            throw new MoiraException(
                    file + ": expected " + (parquet ? "Parquet" : "CSV with a header") + ", found something else: "
                            + e.getMessage(),
                    e);
        }
        table.columns.remove(ROW);
        return table;
    }

    private static String csv(CsvHead head) {
        return DuckDb.csv(head.file(), head.remarks().size(), head.between());
    }

    Path file() {
        return file;
    }

    DuckDb database() {
        return database;
    }

    String name() {
        return name;
    }

    /** What the file calls its columns. */
    String headings() {
        return String.join(", ", columns.values());
    }

    /** The first of some names that a column has, as SQL takes it. */
    Optional<String> column(String... names) {
        for (String one : names) {
            String written = columns.get(one.toLowerCase(Locale.ROOT));
            if (written != null) {
                return Optional.of(DuckDb.identifier(written));
            }
        }
        return Optional.empty();
    }

    /** Columns of a name with numbers behind it, {@code expert_0}, {@code expert_1}, ..., in their order. */
    List<String> numbered(String stem) {
        return columns.keySet().stream()
                .filter(column -> column.matches(stem + "_?\\d{1,5}"))
                .sorted((a, b) -> Integer.compare(number(a), number(b)))
                .map(columns::get)
                .map(DuckDb::identifier)
                .toList();
    }

    private static int number(String column) {
        return Integer.parseInt(column.replaceFirst("^.*?_?(\\d+)$", "$1"));
    }

    @Override
    public void close() {
        database.close();
    }
}
