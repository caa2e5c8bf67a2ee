package moira.routing.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.JsonFile;
import moira.routing.report.Page;
import moira.routing.result.Columns;
import moira.routing.result.Run;
import org.duckdb.DuckDBAppender;

/** Writes {@code tables/compare.csv}, {@code tables/compare.parquet}, {@code compare.json} and {@code compare.html}. */
public final class ComparisonWriter {
    private static final String TABLE = "SELECT * FROM compare ORDER BY ALL";

    private ComparisonWriter() {}

    /**
     * Compares analyses.
     *
     * @param out the folder to write
     * @return the answer in words, then the warnings
     * @throws MoiraException if an analysis cannot be read or a file cannot be written
     */
    public static List<String> write(List<Analysed> analyses, Path out) {
        List<Run> runs = analyses.stream().map(one -> Run.read(one.folder())).toList();
        List<List<Point>> points = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            points.add(ModelPoints.of(analyses.get(i), runs.get(i)));
        }
        Comparison comparison = Comparison.of(analyses, runs, points);
        Columns table =
                writeTable(points.stream().flatMap(List::stream).toList(), createDirectories(out.resolve("tables")));
        JsonFile.write(out.resolve("compare.json"), comparison);
        Page.COMPARISON.write(out.resolve("compare.html"), "Which of them has experts?", data(comparison, table));
        List<String> words = new ArrayList<>(comparison.warnings());
        words.addFirst(comparison.words());
        return words;
    }

    private static Map<String, Object> data(Comparison comparison, Columns table) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("comparison", comparison);
        data.put("tables", Map.of("compare", table.encoded()));
        return data;
    }

    private static Columns writeTable(List<Point> points, Path folder) {
        try (DuckDb database = DuckDb.inMemory()) {
            database.execute(
                    "CREATE TABLE compare (model VARCHAR, measure VARCHAR, layer INTEGER, depth DOUBLE, value DOUBLE,"
                            + " ci_low DOUBLE, ci_high DOUBLE, chance DOUBLE, excess DOUBLE, ratio DOUBLE, unit VARCHAR, tested BOOLEAN)");
            database.append("compare", rows -> {
                for (Point point : points) {
                    append(rows, point);
                }
            });
            database.writeParquet(TABLE, folder.resolve("compare.parquet"));
            database.writeCsv(TABLE, folder.resolve("compare.csv"));
            Columns.Builder columns = new Columns.Builder();
            database.query(TABLE, columns::add);
            return columns.build();
        }
    }

    private static void append(DuckDBAppender rows, Point point) throws SQLException {
        rows.beginRow().append(point.model()).append(point.measure()).append(point.layer());
        for (double number : new double[] {
            point.depth(), point.value(), point.low(), point.high(), point.chance(), point.excess(), point.ratio()
        }) {
            if (Double.isFinite(number)) {
                rows.append(number);
            } else {
                rows.appendNull();
            }
        }
        rows.append(point.unit()).append(point.tested()).endRow();
    }

    private static Path createDirectories(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw MoiraException.cannot(folder, "be made", e);
        }
    }
}
