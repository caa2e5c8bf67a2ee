package moira.routing.analysis;

import java.nio.file.Path;
import java.sql.SQLException;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import org.duckdb.DuckDBAppender;

/** A table that is being filled. */
final class Table implements AutoCloseable {
    private final DuckDb database;
    private final String name;
    private final DuckDBAppender appender;

    /**
     * @param database for nothing else while the table is open
     * @param columns as SQL declares them
     */
    Table(DuckDb database, String name, String columns) {
        this.database = database;
        this.name = name;
        database.execute("CREATE TABLE \"" + table() + "\" (" + columns + ")");
        this.appender = database.appender(table());
    }

    private String table() {
        return "table_" + name;
    }

    /** Adds a row; an {@link Interval} fills two columns, NaN and null are NULL. */
    void add(Object... values) {
        try {
            appender.beginRow();
            for (Object value : values) {
                append(value);
            }
            appender.endRow();
        } catch (SQLException e) {
            throw new MoiraException("table " + name + ": " + e.getMessage(), e);
        }
    }

    private void append(Object value) throws SQLException {
        switch (value) {
            case Interval interval -> {
                append(interval.low());
                append(interval.high());
            }
            case Double d when d.isNaN() -> appender.appendNull();
            case Double d -> appender.append(d.doubleValue());
            case Integer i -> appender.append(i.intValue());
            case null -> appender.appendNull();
            case String s -> appender.append(s);
            default -> throw new IllegalArgumentException("no column for " + value);
        }
    }

    /** Writes {@code NAME.csv} and {@code NAME.parquet}. */
    void write(Path folder) {
        try {
            appender.close();
        } catch (SQLException e) {
            throw new MoiraException("table " + name + ": " + e.getMessage(), e);
        }
        String rows = "SELECT * FROM \"" + table() + "\"";
        database.writeParquet(rows, folder.resolve(name + ".parquet"));
        database.writeCsv(rows, folder.resolve(name + ".csv"));
    }

    @Override
    public void close() {
        database.execute("DROP TABLE \"" + table() + "\"");
        database.close();
    }
}
