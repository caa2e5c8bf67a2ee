package moira.routing.foreign;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.trace.TraceBuilder;
import org.duckdb.DuckDBAppender;

/** Rows in a table of the database {@code raw}, in whatever order they came, and what becomes of them. */
final class RowTable {
    private static final int PART_ASSIGNMENTS = 1 << 18;

    private final TraceBuilder trace;
    private final DuckDb database;

    RowTable(TraceBuilder trace) {
        this.trace = trace;
        this.database = trace.database();
        database.execute("CREATE TABLE raw (document INTEGER, position INTEGER, layer SMALLINT, experts SMALLINT[], "
                + "weights FLOAT[], entropy FLOAT, margin FLOAT, token INTEGER, piece VARCHAR, place VARCHAR)");
    }

    /** Adds rows; {@code place} is where a row came from. */
    void append(DuckDb.RowWriter rows) {
        database.append("raw", rows);
    }

    static void append(DuckDBAppender rows, int document, RowReader.Row row, boolean weights, String place)
            throws SQLException {
        short[] experts = new short[row.experts().length];
        for (int i = 0; i < experts.length; i++) {
            experts[i] = (short) row.experts()[i];
        }
        rows.beginRow()
                .append(document)
                .append(row.position())
                .append((short) row.layer())
                .append(experts);
        if (weights) {
            rows.append(row.weights());
        } else {
            rows.appendNull();
        }
        rows.append(row.entropy()).append(row.margin());
        if (row.token() < 0) {
            rows.appendNull();
        } else {
            rows.append(row.token());
        }
        rows.append(row.piece()).append(place).endRow();
    }

    /** Fails where a token has two rows in a layer, or two ids. */
    void check() {
        first(
                "SELECT MIN(place), MAX(place) FROM raw GROUP BY document, position, layer HAVING COUNT(*) > 1 LIMIT 1",
                "one row for a token in a layer");
        first(
                "SELECT MIN(place), MAX(place) FROM raw GROUP BY document, position "
                        + "HAVING COUNT(DISTINCT token) > 1 OR COUNT(DISTINCT piece) > 1 LIMIT 1",
                "one id and one piece for a token in all layers");
    }

    private void first(String sql, String expected) {
        database.query(sql, row -> {
            throw MoiraException.expected(row.getString(2), expected, "another in " + row.getString(1));
        });
    }

    List<Integer> layers() {
        List<Integer> layers = new ArrayList<>();
        database.query("SELECT DISTINCT layer FROM raw ORDER BY layer", row -> layers.add(row.getInt(1)));
        return layers;
    }

    /** The highest position of each document and its row's place, in no order. */
    void lengths(DuckDb.RowReader reader) {
        database.query(
                "SELECT document, MAX(position) + 1, ARG_MAX(place, position) FROM raw GROUP BY document", reader);
    }

    /**
     * Fills the tables {@code ids} and {@code pieces} as far as the rows have them.
     *
     * @param pieces whether those of the rows are wanted
     * @return whether there are ids, and whether there are pieces
     */
    boolean[] tokens(boolean pieces) {
        boolean[] any = new boolean[2];
        database.query("SELECT COUNT(token) > 0, COUNT(piece) > 0 FROM raw", row -> {
            any[0] = row.getBoolean(1);
            any[1] = pieces && row.getBoolean(2);
        });
        database.execute("CREATE TABLE ids (document INTEGER, start INTEGER, tokens INTEGER[])");
        for (String column : List.of("token", "piece")) {
            if (any[column.equals("token") ? 0 : 1]) {
                first(
                        "SELECT '', MIN(place) FROM raw GROUP BY document, position HAVING COUNT(" + column
                                + ") = 0 LIMIT 1",
                        "a " + column + " for every token or for none");
            }
        }
        if (any[0]) {
            database.execute("INSERT INTO ids SELECT document, position, [ANY_VALUE(token)] FROM raw "
                    + "GROUP BY document, position");
        }
        if (any[1]) {
            database.execute("INSERT INTO pieces SELECT document, position, "
                    + "DENSE_RANK() OVER (ORDER BY seen) - 1, piece FROM (SELECT document, position, piece, "
                    + "MIN(document * 4294967296 + position) OVER (PARTITION BY piece) AS seen FROM (SELECT document, position, "
                    + "ANY_VALUE(piece) AS piece FROM raw GROUP BY document, position))");
        }
        return any;
    }

    /** Writes the routing, and the router's entropies where there are such. */
    void write(int k, boolean router) {
        database.execute(
                "CREATE TABLE sorted AS SELECT * EXCLUDE (token, piece, place) FROM raw ORDER BY document, layer, position");
        database.execute("DROP TABLE raw");
        List<int[]> parts = new ArrayList<>();
        long[] size = {0};
        database.query("SELECT document, COUNT(*) FROM sorted GROUP BY document ORDER BY document", row -> {
            if (parts.isEmpty() || size[0] * k >= PART_ASSIGNMENTS) {
                parts.add(new int[] {row.getInt(1), 0});
                size[0] = 0;
            }
            parts.getLast()[1] = row.getInt(1);
            size[0] += row.getLong(2);
        });
        for (int[] part : parts) {
            String rows = " FROM sorted WHERE document BETWEEN " + part[0] + " AND " + part[1];
            String routing = "SELECT * FROM (SELECT document, position, layer, "
                    + "CAST(generate_subscripts(experts, 1) AS TINYINT) AS choice, unnest(experts) AS expert, "
                    + "unnest(weights) AS weight" + rows + ") ORDER BY document, layer, choice, position";
            trace.writePart(routing, router ? "SELECT document, position, layer, entropy, margin" + rows : null);
        }
    }
}
