package moira.routing.report;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import moira.engine.MoiraException;

/**
 * The Parquet files of a trace and of its analysis as SQL views: {@code documents}, {@code tokens}, {@code routing},
 * and every table under its own name. A file that is not there has no view, which {@link #has} tells.
 */
final class Tables implements AutoCloseable {
    private final Path folder;
    private final Connection connection;
    private final Set<String> views = new HashSet<>();

    private Tables(Path folder, Connection connection) {
        this.folder = folder;
        this.connection = connection;
    }

    /** Opens the files of {@code trace} and of {@code analysis/tables}. */
    static Tables open(Path trace, Path analysis) {
        Tables tables = new Tables(analysis.resolve("tables"), connect(analysis));
        try {
            tables.viewOfFile(trace, "documents");
            tables.viewOfFile(trace, "tokens");
            tables.viewOfParts(trace, "routing");
            tables.viewOfTables();
            return tables;
        } catch (RuntimeException e) {
            tables.close();
            throw e;
        }
    }

    boolean has(String view) {
        return views.contains(view);
    }

    /** The result of a query, with {@code parameters} in the place of its question marks. */
    Columns query(String sql, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                return columns(result);
            }
        } catch (SQLException e) {
            throw new MoiraException(folder + ": expected the columns of Moira's tables, found: " + firstLine(e), e);
        }
    }

    private static Columns columns(ResultSet result) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        List<String> names = new ArrayList<>();
        List<List<Object>> values = new ArrayList<>();
        for (int c = 1; c <= meta.getColumnCount(); c++) {
            names.add(meta.getColumnLabel(c));
            values.add(new ArrayList<>());
        }
        while (result.next()) {
            for (int c = 0; c < names.size(); c++) {
                values.get(c).add(result.getObject(c + 1));
            }
        }
        return new Columns(names, values);
    }

    private void viewOfTables() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.parquet")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".parquet", "");
                view(name, file.toString());
            }
        } catch (IOException e) {
            throw new MoiraException(folder + ": expected a folder of tables, found: " + e, e);
        }
        if (!has("expert_share")) {
            throw MoiraException.expected(folder.toString(), "expert_share.parquet", "no such file");
        }
    }

    private void viewOfFile(Path folder, String name) {
        Path file = folder.resolve(name + ".parquet");
        if (Files.exists(file)) {
            view(name, file.toString());
        }
    }

    private void viewOfParts(Path trace, String name) {
        if (Files.isDirectory(trace.resolve(name))) {
            view(name, trace.resolve(name) + "/part-*.parquet");
        }
    }

    private void view(String name, String files) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(Text.of(
                    "CREATE VIEW \"%s\" AS SELECT * FROM read_parquet('%s')",
                    name.replace("\"", "\"\""), files.replace("'", "''")));
            views.add(name);
        } catch (SQLException e) {
            throw new MoiraException(files + ": expected a Parquet file, found: " + firstLine(e), e);
        }
    }

    private static Connection connect(Path analysis) {
        try {
            return DriverManager.getConnection("jdbc:duckdb:");
        } catch (SQLException e) {
            throw new MoiraException(analysis + ": cannot start DuckDB: " + firstLine(e), e);
        }
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new MoiraException(folder + ": cannot close DuckDB: " + firstLine(e), e);
        }
    }
}
