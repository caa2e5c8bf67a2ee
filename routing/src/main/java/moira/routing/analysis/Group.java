package moira.routing.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import moira.routing.DuckDb;

/**
 * Counts that share a denominator: all rows of a query with the same keys, by cell (mostly an expert) and unit.
 *
 * @param keys the first columns
 * @param cells the rows of each cell
 */
record Group(List<Object> keys, Map<Integer, List<Row>> cells) {
    /** The cell whose rows are the denominator. */
    static final int ALL = -1;

    /**
     * Reads a query's groups one by one.
     *
     * @param sql its columns are keys, cell, unit, counts; sorted by keys
     * @param keys how many
     */
    static void read(DuckDb database, String sql, int keys, Consumer<Group> reader) {
        Group[] group = {null};
        database.query(sql, row -> {
            List<Object> key = new ArrayList<>(keys);
            for (int i = 1; i <= keys; i++) {
                key.add(row.getObject(i));
            }
            if (group[0] == null || !group[0].keys.equals(key)) {
                if (group[0] != null) {
                    reader.accept(group[0]);
                }
                group[0] = new Group(key, new TreeMap<>());
            }
            double[] values = new double[row.getMetaData().getColumnCount() - keys - 2];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.getDouble(keys + 3 + i);
            }
            group[0].cells
                    .computeIfAbsent(row.getInt(keys + 1), cell -> new ArrayList<>())
                    .add(new Row(row.getInt(keys + 2), values));
        });
        if (group[0] != null) {
            reader.accept(group[0]);
        }
    }

    int number(int key) {
        return ((Number) keys.get(key)).intValue();
    }

    List<Row> cell(int cell) {
        return cells.getOrDefault(cell, List.of());
    }
}
