package moira.routing.analysis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.trace.Trace;

/** Brings a trace into a database: the views and tables that the SQL files speak of. */
final class TraceTables {
    private TraceTables() {}

    /**
     * Loads the trace.
     *
     * @throws MoiraException if a file is damaged, or its numbers are not those that {@code trace.json} announces
     */
    static void load(DuckDb database, Trace trace) {
        try {
            view(database, "documents", List.of(trace.documents()));
            view(database, "tokens", List.of(trace.tokens()));
            view(database, "routing", trace.routing());
            if (!trace.router().isEmpty()) {
                view(database, "router", trace.router());
            }
            database.execute("CREATE TABLE units AS " + Sql.read("units"));
            database.execute("CREATE TABLE assignments AS " + Sql.read("assignments"));
        } catch (MoiraException e) {
            throw blame(database, trace, e);
        }
        check(database, trace);
    }

    private static void view(DuckDb database, String name, List<Path> files) {
        database.execute("CREATE VIEW " + name + " AS SELECT * FROM " + DuckDb.parquet(files));
    }

    /** Finds the file that cannot be read, which DuckDB does not always name. */
    private static MoiraException blame(DuckDb database, Trace trace, MoiraException failure) {
        List<Path> files = new ArrayList<>(List.of(trace.documents(), trace.tokens()));
        files.addAll(trace.routing());
        files.addAll(trace.router());
        for (Path file : files) {
            try {
                database.query("SELECT * FROM " + DuckDb.parquet(List.of(file)), row -> {});
            } catch (MoiraException e) {
                return MoiraException.expected(file.toString(), "a readable Parquet file", e.getMessage());
            }
        }
        return failure;
    }

    private static void check(DuckDb database, Trace trace) {
        List<Integer> layers = new ArrayList<>();
        database.query(
                "SELECT layer, MIN(expert), MAX(expert), MAX(choice) FROM assignments GROUP BY layer ORDER BY 1",
                row -> {
                    layers.add(row.getInt(1));
                    within(
                            trace,
                            "experts",
                            row.getInt(2),
                            row.getInt(3),
                            trace.header().experts() - 1);
                    within(trace, "choices", 1, row.getInt(4), trace.header().expertsPerToken());
                });
        if (!trace.header().layers().equals(layers)) {
            throw MoiraException.expected(
                    trace.folder().toString(), "the layers " + trace.header().layers(), layers);
        }
    }

    private static void within(Trace trace, String what, int least, int most, int limit) {
        if (least < 0 || most > limit) {
            throw MoiraException.expected(trace.folder().toString(), what + " up to " + limit, least + " to " + most);
        }
    }
}
