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
            TraceCheck check = new TraceCheck(database, trace.header());
            check.view(TraceTable.DOCUMENTS, List.of(trace.documents()));
            check.view(TraceTable.TOKENS, trace.tokens().stream().toList());
            check.view(TraceTable.ROUTING, trace.routing());
            check.view(TraceTable.ROUTER, trace.router());
            check.view(TraceTable.COUNTS, trace.counts().stream().toList());
            check.view(TraceTable.TOKEN_COUNTS, trace.tokenCounts().stream().toList());
            database.execute("CREATE VIEW special_tokens AS "
                    + (trace.tokens().isPresent()
                            ? "SELECT document, position FROM tokens WHERE special"
                            : "SELECT 0 AS document, 0 AS position WHERE FALSE"));
            model(database, trace);
            String assigned = trace.hasRouting() ? "routing" : "counts";
            database.execute("CREATE VIEW recorded AS SELECT DISTINCT document FROM " + assigned);
            database.execute("CREATE TABLE units AS " + Sql.read("units"));
            if (trace.hasRouting()) {
                String sql = trace.tokens().isPresent() ? "assignments" : "assignments_without_tokens";
                database.execute("CREATE TABLE assignments AS " + Sql.read(sql));
            }
        } catch (MoiraException e) {
            throw blame(database, trace, e);
        }
        check(database, trace);
    }

    private static void model(DuckDb database, Trace trace) {
        database.execute("CREATE VIEW model AS SELECT " + trace.header().experts() + " AS experts, "
                + trace.header().expertsPerToken() + " AS experts_per_token");
    }

    /** Finds the file that cannot be read, which DuckDB does not always name. */
    private static MoiraException blame(DuckDb database, Trace trace, MoiraException failure) {
        List<Path> files = new ArrayList<>(List.of(trace.documents()));
        trace.tokens().ifPresent(files::add);
        trace.counts().ifPresent(files::add);
        trace.tokenCounts().ifPresent(files::add);
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
                "SELECT layer, MIN(expert), MAX(expert), MAX(choice) FROM "
                        + (trace.hasRouting() ? "assignments" : "counts") + " GROUP BY layer ORDER BY 1",
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
