package moira.routing;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.engine.io.Replacement;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/** A DuckDB in memory, the way all of Moira uses it. Belongs to one thread at a time. */
public final class DuckDb implements AutoCloseable {
    private static final Pattern NESTED = Pattern.compile("\"exception_message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** What stands for other characters in the name of a file that is read. */
    private static final Pattern GLOB = Pattern.compile("[\\[*?]");

    private final DuckDBConnection connection;

    private DuckDb(DuckDBConnection connection) {
        this.connection = connection;
    }

    /** One that never leaves the memory. */
    public static DuckDb inMemory() {
        return open("");
    }

    /** One that moves to a folder what does not fit half of the machine's memory. */
    public static DuckDb spilling(Path folder) {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return spilling(folder, (system.getTotalMemorySize() / 2) >> 20);
    }

    /**
     * One that moves to a folder what does not fit the memory.
     *
     * @param megabytes that it may keep in memory
     */
    public static DuckDb spilling(Path folder, long megabytes) {
        DuckDb database = open(folder.toAbsolutePath().toString());
        database.execute("SET memory_limit = '" + megabytes + "MB'");
        return database;
    }

    private static DuckDb open(String spill) {
        Properties properties = new Properties();
        properties.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("temp_directory", spill);
        try {
            return new DuckDb((DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties));
        } catch (SQLException e) {
            throw failed("DuckDB", e);
        }
    }

    /** A second connection to the same data, for another thread. */
    public DuckDb duplicate() {
        try {
            return new DuckDb(connection.duplicate());
        } catch (SQLException e) {
            throw failed("DuckDB", e);
        }
    }

    public void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed("query", e);
        }
    }

    /** Gives the rows of a query one by one, as they come. */
    public void query(String sql, RowReader reader) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.row(rows);
            }
        } catch (SQLException e) {
            throw failed("query", e);
        }
    }

    /** Fills a table, from now until the appender is closed. */
    public DuckDBAppender appender(String table) {
        try {
            return connection.createAppender(table);
        } catch (SQLException e) {
            throw failed("table " + table, e);
        }
    }

    /** Fills a table. */
    public void append(String table, RowWriter writer) {
        try (DuckDBAppender rows = appender(table)) {
            writer.rows(rows);
        } catch (SQLException e) {
            throw failed("table " + table, e);
        }
    }

    /** Writes a query's rows to a Parquet file, which appears under its name only when it is whole. */
    public void writeParquet(String select, Path target) {
        write(select, target, "FORMAT parquet, COMPRESSION zstd");
    }

    /** Writes a query's rows to a CSV file with a header, which appears under its name only when it is whole. */
    public void writeCsv(String select, Path target) {
        write(select, target, "FORMAT csv, HEADER");
    }

    private void write(String select, Path target, String format) {
        Replacement.write(target, file -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("COPY (" + select + ") TO " + literal(file) + " (" + format + ")");
            } catch (SQLException e) {
                throw failed(target + ": cannot be written", e);
            }
        });
    }

    /**
     * A table of SQL: the rows of some Parquet files. Columns are what the files have, and nothing that their folders' names suggest:
     * left to itself DuckDB takes {@code layer=3} above a file for a column.
     */
    public static String parquet(Collection<Path> files) {
        return files.stream()
                .map(DuckDb::pattern)
                .collect(Collectors.joining(
                        ", ",
                        "read_parquet([",
                        "], hive_partitioning = false, union_by_name = false, filename = false)"));
    }

    /**
     * A table of SQL: the rows of a CSV file with a header, all as texts. Nothing is left to DuckDB to find out that could change what
     * a file says: left to itself it takes lines for remarks, and other characters than the file's own for what lies between values.
     *
     * @param skipped lines before the header
     * @param between values
     */
    public static String csv(Path file, int skipped, char between) {
        return "read_csv([" + pattern(file) + "], header = true, all_varchar = true, skip = " + skipped + ", delim = '"
                + between
                + "', quote = '\"', escape = '\"', comment = '', null_padding = false, ignore_errors = false, "
                + "hive_partitioning = false, filename = false)";
    }

    /** A name as SQL takes it, whatever is in it. */
    public static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A query's rows, to be asked for one by one; nothing else may run on this connection meanwhile. */
    public Cursor cursor(String sql) {
        try {
            Statement statement = connection.createStatement();
            return new Cursor(statement, statement.executeQuery(sql));
        } catch (SQLException e) {
            throw failed("query", e);
        }
    }

    /** Rows that come as they are asked for. */
    public static final class Cursor implements AutoCloseable {
        private final Statement statement;
        private final ResultSet rows;

        private Cursor(Statement statement, ResultSet rows) {
            this.statement = statement;
            this.rows = rows;
        }

        /** Reads the next row; false where there is none. */
        public boolean next(RowReader reader) {
            try {
                if (!rows.next()) {
                    return false;
                }
                reader.row(rows);
                return true;
            } catch (SQLException e) {
                throw failed("query", e);
            }
        }

        @Override
        public void close() {
            try {
                statement.close();
            } catch (SQLException e) {
                throw failed("query", e);
            }
        }
    }

    /** What DuckDB reads is a pattern: a folder {@code [ab]} would stand for its neighbour {@code a}. */
    private static String pattern(Path path) {
        return GLOB.matcher(literal(path)).replaceAll("[$0]");
    }

    /** Absolute, since a leading tilde stands for another folder. */
    private static String literal(Path path) {
        String absolute = path.toAbsolutePath().toString().replace(File.separatorChar, '/');
        return "'" + absolute.replace("'", "''") + "'";
    }

    private static MoiraException failed(String what, SQLException e) {
        String message = e.getMessage();
        Matcher nested = NESTED.matcher(message);
        String reason = nested.find() ? nested.group(1).replace("\\\"", "\"") : message;
        return new MoiraException(what + ": " + reason.lines().findFirst().orElse("failed"), e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed("DuckDB", e);
        }
    }

    /** Takes the row that a result stands on. */
    @FunctionalInterface
    public interface RowReader {
        void row(ResultSet row) throws SQLException;
    }

    /** Appends rows. */
    @FunctionalInterface
    public interface RowWriter {
        void rows(DuckDBAppender rows) throws SQLException;
    }
}
