package moira.routing.result;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import moira.engine.MoiraException;
import moira.routing.DuckDb;

/**
 * The Parquet files of a trace and of its analysis as SQL views: {@code documents}, {@code tokens}, {@code token_counts},
 * {@code routing}, and every table under its own name. A file that is not there has no view, which {@link #has} tells.
 */
public final class Tables implements AutoCloseable {
    private static final String PARQUET = ".parquet";

    private final DuckDb database = DuckDb.inMemory();
    private final Set<String> views = new HashSet<>();

    private Tables() {}

    /** Opens the files of {@code trace} and of {@code analysis/tables}. */
    public static Tables open(Path trace, Path analysis) {
        Tables tables = new Tables();
        try {
            tables.view("documents", existing(trace.resolve("documents" + PARQUET)));
            tables.view("tokens", existing(trace.resolve("tokens" + PARQUET)));
            tables.view("token_counts", existing(trace.resolve("token_counts" + PARQUET)));
            tables.view("routing", parquetFiles(trace.resolve("routing")));
            tables.viewsOfTables(analysis.resolve("tables"));
            return tables;
        } catch (RuntimeException e) {
            tables.close();
            throw e;
        }
    }

    public boolean has(String view) {
        return views.contains(view);
    }

    public Columns query(String sql) {
        Columns.Builder columns = new Columns.Builder();
        database.query(sql, columns::add);
        return columns.build();
    }

    /** Gives the rows of a query one by one; for what may have millions of them. */
    public void each(String sql, DuckDb.RowReader reader) {
        database.query(sql, reader);
    }

    private void viewsOfTables(Path folder) {
        for (Path file : parquetFiles(folder)) {
            view(file.getFileName().toString().replace(PARQUET, ""), List.of(file));
        }
        if (!has("expert_share")) {
            throw MoiraException.expected(folder.toString(), "expert_share.parquet", "no such file");
        }
    }

    private void view(String name, List<Path> files) {
        if (files.isEmpty()) {
            return;
        }
        try {
            database.execute(Text.of("CREATE VIEW \"%s\" AS SELECT * FROM %s", name, DuckDb.parquet(files)));
            views.add(name);
        } catch (MoiraException e) {
            throw new MoiraException(files.getFirst() + ": expected a Parquet file, found: " + e.getMessage(), e);
        }
    }

    private static List<Path> existing(Path file) {
        return Files.exists(file) ? List.of(file) : List.of();
    }

    private static List<Path> parquetFiles(Path folder) {
        List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + PARQUET)) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw MoiraException.cannot(folder, "be listed", e);
        }
        return files;
    }

    @Override
    public void close() {
        database.close();
    }
}
