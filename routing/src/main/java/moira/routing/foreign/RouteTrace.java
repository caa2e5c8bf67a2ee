package moira.routing.foreign;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.trace.TraceBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * BigMoeOnEdge's {@code --route-trace}: CSV with {@code turn, phase, step, layer, slot, expert, weight, residency, expert_bytes}. A turn is a
 * document; phase 0 is its prompt, phase 1 the answer, whose steps are counted from 0 again. Bytes of an expert stand in lines before the
 * header: the column has 0 where the expert was there.
 */
final class RouteTrace implements RowSource {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern BYTES = Pattern.compile("# layer=(\\d{1,5}) expert_bytes=(\\d{1,15})\\b.*");

    private final GivenTable table;
    private final DuckDb.Cursor cursor;
    private final ImportOptions.Fields fields;
    private String where;

    private RouteTrace(GivenTable table, ImportOptions options, String sql) {
        this.table = table;
        fields = options.fields();
        where = table.file().toString();
        cursor = table.database().cursor(sql);
    }

    static RowSource open(Path file, ImportOptions options, TraceBuilder trace, Account account) {
        bytes(file).forEach(account::expertBytes);
        GivenTable table = GivenTable.open(file, trace);
        for (String column : new String[] {"turn", "phase", "step", "layer", "slot", "expert", "weight"}) {
            if (table.column(column).isEmpty()) {
                table.close();
                throw MoiraException.expected(
                        file.toString(), "a column \"" + column + "\", as --route-trace writes it", table.headings());
            }
        }
        String stem =
                "'" + file.getFileName().toString().replaceFirst("\\..*$", "").replace("'", "''") + "'";
        String numbers =
                "SELECT TRY_CAST(turn AS INTEGER) turn, TRY_CAST(phase AS INTEGER) phase, TRY_CAST(step AS INTEGER) step,"
                        + " TRY_CAST(layer AS INTEGER) layer, TRY_CAST(slot AS INTEGER) slot, TRY_CAST(expert AS INTEGER) expert,"
                        + " TRY_CAST(weight AS DOUBLE) weight, " + GivenTable.ROW + " FROM " + table.name();
        String prompts = "SELECT turn, COALESCE(MAX(step) FILTER (phase = 0) + 1, 0) AS prompt,"
                + " COALESCE(MIN(step) FILTER (phase = 1), 0) AS first FROM (" + numbers + ") GROUP BY turn";
        // Steps of an answer that go on counting need no prompt added.
        String sql = "SELECT " + stem + " || ', turn ' || turn AS document, prompt,"
                + " step + CASE WHEN phase = 1 AND first < prompt THEN prompt ELSE 0 END AS position, layer,"
                + " list(expert ORDER BY slot) AS experts, list(weight ORDER BY slot) AS weights, MIN(" + GivenTable.ROW
                + ") AS place FROM (" + numbers + ") JOIN (" + prompts + ") USING (turn)"
                + " GROUP BY turn, prompt, phase, first, step, layer ORDER BY place";
        return new RouteTrace(table, options, sql);
    }

    private static TreeMap<Integer, Long> bytes(Path file) {
        TreeMap<Integer, Long> bytes = new TreeMap<>();
        try (InputStream in = Files.newInputStream(file);
                BufferedReader lines = new BufferedReader(new InputStreamReader(
                        file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && line.startsWith("#"); line = lines.readLine()) {
                Matcher matcher = BYTES.matcher(line);
                if (matcher.matches()) {
                    bytes.put(Integer.valueOf(matcher.group(1)), Long.valueOf(matcher.group(2)));
                }
            }
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
        return bytes;
    }

    @Override
    public JsonNode next() {
        ObjectNode json = JSON.createObjectNode();
        boolean there = cursor.next(row -> {
            where = table.file() + ", row " + row.getLong("place");
            json.put(fields.document().split(",", -1)[0], row.getString("document"));
            json.put(fields.position(), row.getInt("position"));
            json.put(fields.layer(), row.getInt("layer"));
            for (String list : new String[] {"experts", "weights"}) {
                ArrayNode array = json.putArray(list.equals("experts") ? fields.experts() : fields.weights());
                for (Object value : (Object[]) row.getArray(list).getArray()) {
                    if (value instanceof Number number) {
                        array.add(number.doubleValue());
                    } else {
                        array.addNull();
                    }
                }
            }
            json.put(RowsImport.ANSWER, row.getInt("prompt"));
        });
        return there ? json : null;
    }

    @Override
    public String at() {
        return where;
    }

    @Override
    public void close() {
        cursor.close();
        table.close();
    }
}
