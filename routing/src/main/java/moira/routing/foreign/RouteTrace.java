package moira.routing.foreign;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.trace.TraceBuilder;
import moira.routing.trace.TraceHeader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * BigMoeOnEdge's {@code --route-trace}: CSV with {@code turn, phase, step, layer, slot, expert, weight, residency, expert_bytes}. A turn is a
 * document; phase 0 is its prompt, phase 1 the answer, whose steps are counted from 0 again. Bytes of an expert stand in lines before the
 * header: the column has 0 where the expert was there.
 */
final class RouteTrace implements RowSource {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern BYTES = Pattern.compile("# layer=(\\d{1,5}) expert_bytes=(\\d{1,15})\\b.*");
    private static final Pattern MODEL =
            Pattern.compile("# model=(.*) arch=\\S+ n_layer=(\\d{1,5}) n_expert=(\\d{1,5})\\b.*");

    /** Whole numbers, each with the most that it may be. */
    private static final List<Column> NUMBERS = List.of(
            new Column("turn", Integer.MAX_VALUE - 1),
            new Column("phase", 1),
            new Column("step", Integer.MAX_VALUE / 2 - 1),
            new Column("layer", TraceHeader.MOST_LAYERS - 1),
            new Column("slot", TraceHeader.MOST_CHOICES - 1),
            new Column("expert", TraceHeader.MOST_EXPERTS - 1));

    private record Column(String name, int most) {}

    private final GivenTable table;
    private final DuckDb.Cursor cursor;
    private final ImportOptions.Fields fields;
    private String where;

    private RouteTrace(GivenTable table, ImportOptions options) {
        this.table = table;
        fields = options.fields();
        where = table.file().toString();
        cursor = table.database().cursor(sql());
    }

    static RowSource open(Path file, ImportOptions options, TraceBuilder trace, Account account) {
        CsvHead.read(file).remarks().forEach(remark -> remark(remark.strip(), account));
        GivenTable table = GivenTable.open(file, trace);
        try {
            NUMBERS.forEach(column -> check(table, column.name, column.most));
            check(table, "weight", 0);
            return new RouteTrace(table, options);
        } catch (MoiraException e) {
            table.close();
            throw e;
        }
    }

    private static void remark(String remark, Account account) {
        Matcher bytes = BYTES.matcher(remark);
        if (bytes.matches()) {
            account.expertBytes(Integer.parseInt(bytes.group(1)), Long.parseLong(bytes.group(2)));
        }
        Matcher model = MODEL.matcher(remark);
        if (model.matches()) {
            account.model(model.group(1).replaceFirst("^.*[/\\\\]", "").replaceFirst("\\.gguf$", ""));
            account.stated(Integer.parseInt(model.group(3)), Integer.parseInt(model.group(2)));
        }
    }

    /** Fails at the first row with something else in a column: none may be left out without a word. */
    private static void check(GivenTable table, String name, int most) {
        String column = table.column(name)
                .orElseThrow(() -> MoiraException.expected(
                        table.file().toString(),
                        "a column \"" + name + "\", as --route-trace writes it",
                        "the columns " + table.headings()));
        String right = most == 0
                ? "TRY_CAST(" + column + " AS DOUBLE) IS NOT NULL"
                : "regexp_full_match(" + column + ", '\\d{1,10}') AND TRY_CAST(" + column + " AS BIGINT) <= " + most;
        table.database()
                .query(
                        "SELECT " + GivenTable.ROW + ", " + column + " FROM " + table.name() + " WHERE NOT COALESCE("
                                + right + ", false) ORDER BY 1 LIMIT 1",
                        row -> {
                            throw MoiraException.expected(
                                    table.file() + ", row " + row.getLong(1) + ", " + name,
                                    most == 0 ? "a number" : "a number from 0 to " + most,
                                    row.getString(2) == null ? "none" : row.getString(2));
                        });
    }

    private String sql() {
        String stem = "'"
                + table.file()
                        .getFileName()
                        .toString()
                        .replaceFirst("\\..*$", "")
                        .replace("'", "''") + "'";
        String numbers = NUMBERS.stream()
                .map(column -> "CAST(" + table.column(column.name).orElseThrow() + " AS INTEGER) AS " + column.name)
                .collect(Collectors.joining(
                        ", ",
                        "SELECT ",
                        ", " + table.column("weight").orElseThrow() + " AS weight, " + GivenTable.ROW + " FROM "
                                + table.name()));
        String prompts = "SELECT turn, COALESCE(MAX(step) FILTER (phase = 0) + 1, 0) AS prompt,"
                + " COALESCE(MIN(step) FILTER (phase = 1), 0) AS first FROM (" + numbers + ") GROUP BY turn";
        // Steps of an answer that go on counting need no prompt added.
        return "SELECT " + stem + " || ', turn ' || turn AS document, prompt,"
                + " step + CASE WHEN phase = 1 AND first < prompt THEN prompt ELSE 0 END AS position, layer,"
                + " list(CAST(expert AS VARCHAR) ORDER BY slot) AS experts, list(weight ORDER BY slot) AS weights, MIN("
                + GivenTable.ROW + ") AS place FROM (" + numbers + ") JOIN (" + prompts + ") USING (turn)"
                + " GROUP BY turn, prompt, phase, first, step, layer ORDER BY place";
    }

    @Override
    public JsonNode next() {
        ObjectNode json = JSON.createObjectNode();
        boolean there = cursor.next(row -> {
            where = table.file() + ", row " + row.getLong("place");
            json.put(fields.document().split(",", -1)[0], row.getString("document"));
            json.put(fields.position(), row.getInt("position"));
            json.put(fields.layer(), row.getInt("layer"));
            Given.numbers(
                    json, fields.experts(), (Object[]) row.getArray("experts").getArray());
            Given.numbers(
                    json, fields.weights(), (Object[]) row.getArray("weights").getArray());
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
