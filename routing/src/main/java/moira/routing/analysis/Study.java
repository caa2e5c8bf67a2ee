package moira.routing.analysis;

import java.nio.file.Path;
import java.util.function.Consumer;
import moira.routing.DuckDb;
import moira.routing.trace.Trace;
import moira.routing.trace.TraceHeader;

/**
 * What every table is made of.
 *
 * @param database has the table {@code units}, the view {@code model} (experts, experts_per_token), a view of every file of the trace
 *     that is there ({@code documents}, {@code tokens}, {@code routing}, {@code router}, {@code counts}, {@code token_counts}), and
 *     the table {@code assignments} where there is routing
 * @param tables the folder that the tables are written to
 */
record Study(DuckDb database, Trace trace, Units units, Bootstrap bootstrap, AnalysisOptions options, Path tables) {
    TraceHeader header() {
        return trace.header();
    }

    int experts() {
        return header().experts();
    }

    int k() {
        return header().expertsPerToken();
    }

    /** The counts by unit that the SQL file of this name makes. */
    void counts(String name, int keys, Consumer<Group> reader) {
        Group.read(database, Sql.read(name), keys, reader);
    }

    /** Whether the trace has brought a table or view of this name. */
    boolean has(String name) {
        boolean[] found = {false};
        database.query(
                "SELECT 1 FROM information_schema.tables WHERE table_name = '" + name + "'", row -> found[0] = true);
        return found[0];
    }

    Table table(String name, String columns) {
        return new Table(database.duplicate(), name, columns);
    }
}
