package moira.routing.analysis;

import java.nio.file.Path;
import java.util.function.Consumer;
import moira.routing.DuckDb;
import moira.routing.trace.TraceHeader;

/**
 * What every table is made of.
 *
 * @param database has the tables {@code assignments} and {@code units}, and the views {@code documents}, {@code tokens}, {@code routing},
 *     {@code router}
 * @param tables the folder that the tables are written to
 */
record Study(
        DuckDb database, TraceHeader header, Units units, Bootstrap bootstrap, AnalysisOptions options, Path tables) {
    int experts() {
        return header.experts();
    }

    int k() {
        return header.expertsPerToken();
    }

    /** The counts by unit that the SQL file of this name makes. */
    void counts(String name, int keys, Consumer<Group> reader) {
        Group.read(database, Sql.read(name), keys, reader);
    }

    Table table(String name, String columns) {
        return new Table(database.duplicate(), name, columns);
    }
}
