package moira.routing.foreign;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decisions of a table: a row each with a list of experts, or with a column for each; or a row for each choice. Where there are no
 * positions, the rows of a layer are its tokens in their order.
 */
final class TableRows implements RowSource {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String[] RANKS = {"choice", "rank", "slot"};

    private final GivenTable table;
    private final ImportOptions.Fields fields;
    private final DuckDb.Cursor cursor;
    private String where;

    private TableRows(GivenTable table, ImportOptions.Fields fields, String sql) {
        this.table = table;
        this.fields = fields;
        cursor = table.database().cursor(sql);
        where = table.file().toString();
    }

    /** @throws MoiraException if the table has no such columns */
    static TableRows of(GivenTable table, ImportOptions options, Account account) {
        return new TableRows(table, options.fields(), new Query(table, options, account).sql());
    }

    @Override
    public ObjectNode next() {
        ObjectNode json = JSON.createObjectNode();
        return cursor.next(row -> fill(row, json)) ? json : null;
    }

    private void fill(ResultSet row, ObjectNode json) throws SQLException {
        where = table.file() + ", row " + row.getLong("place");
        String[] documents = fields.document().split(",", -1);
        json.put(documents[0], row.getString("document"));
        for (int i = 1; i < documents.length; i++) {
            json.put(documents[i], row.getString("document" + i));
        }
        number(row, "position", fields.position(), json);
        number(row, "layer", fields.layer(), json);
        numbers(row, "experts", fields.experts(), json);
        numbers(row, "weights", fields.weights(), json);
        number(row, "token", fields.token(), json);
        for (String column : new String[] {"domain", "piece"}) {
            String text = row.getString(column);
            if (text != null) {
                json.put(column.equals("domain") ? fields.domain() : fields.piece(), text);
            }
        }
    }

    private static void number(ResultSet row, String column, String field, ObjectNode json) throws SQLException {
        double value = row.getDouble(column);
        if (!row.wasNull()) {
            if (value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE) {
                json.put(field, (int) value);
            } else {
                json.put(field, value);
            }
        }
    }

    private static void numbers(ResultSet row, String column, String field, ObjectNode json) throws SQLException {
        Array list = row.getArray(column);
        if (list != null) {
            var array = json.putArray(field);
            for (Object value : (Object[]) list.getArray()) {
                if (value instanceof Number number) {
                    array.add(number.doubleValue());
                } else {
                    array.addNull();
                }
            }
        }
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

    /** Finds the columns, and what to make of them. */
    private static final class Query {
        private final GivenTable table;
        private final ImportOptions options;
        private final ImportOptions.Fields fields;
        private final Account account;

        Query(GivenTable table, ImportOptions options, Account account) {
            this.table = table;
            this.options = options;
            this.fields = options.fields();
            this.account = account;
        }

        String sql() {
            String layer = number(table.column(fields.layer(), "layer_id", "layer_idx")
                    .orElseThrow(() -> missing("a column \"" + fields.layer() + '"')));
            Optional<String> lists = table.column(fields.experts(), "expert_ids", "topk_ids");
            List<String> wide = table.numbered("expert");
            if (lists.isPresent()) {
                Optional<String> weights = table.column(fields.weights(), "topk_weights");
                return decisions(
                        layer, list(lists.get()), weights.map(Query::list).orElse("NULL"));
            }
            if (!wide.isEmpty()) {
                mustBeIds(wide);
                return decisions(layer, columns(wide), columns(table.numbered("weight")));
            }
            return choices(
                    layer,
                    table.column("expert", "expert_id")
                            .orElseThrow(() -> missing("a column \"experts\" or \"expert\"")));
        }

        private MoiraException missing(String expected) {
            return MoiraException.expected(
                    table.file().toString(),
                    expected + " (--field-... names others)",
                    "the columns " + table.headings());
        }

        /** A row is a decision. */
        private String decisions(String layer, String experts, String weights) {
            String position = table.column(fields.position(), "token_idx", "token_pos")
                    .map(Query::number)
                    .orElseGet(() -> counted(layer, 1));
            return "SELECT " + GivenTable.ROW + " AS place, " + documents() + position + " AS position, " + layer
                    + " AS layer, " + experts + " AS experts, " + weights + " AS weights, " + others()
                    + " FROM " + table.name() + " ORDER BY place";
        }

        /** A row is a choice: those of a decision are put in the order of their ranks, their weights, or their rows. */
        private String choices(String layer, String expert) {
            Optional<String> at = table.column(fields.position(), "token_idx", "token_pos");
            String position = at.map(Query::number).orElseGet(() -> counted(layer, perToken()));
            Optional<String> weight = table.column("weight", fields.weights());
            String order = table.column(RANKS)
                    .map(Query::number)
                    .or(() -> weight.map(column -> number(column) + " DESC"))
                    .map(by -> by + ", " + GivenTable.ROW)
                    .orElse(GivenTable.ROW);
            String weights = weight.map(column -> "list(" + number(column) + " ORDER BY ranked)")
                    .orElse("NULL");
            String inner = "SELECT *, " + documents() + position + " AS at_position, " + layer
                    + " AS at_layer, row_number() OVER (ORDER BY " + order + ") AS ranked FROM " + table.name();
            String names = documentNames();
            return "SELECT MIN(" + GivenTable.ROW + ") AS place, " + names
                    + "at_position AS position, at_layer AS layer, "
                    + "list(" + number(expert) + " ORDER BY ranked) AS experts, " + weights + " AS weights, "
                    + any("token", fields.token(), true) + ", " + any("domain", fields.domain(), false) + ", "
                    + any("piece", fields.piece(), false) + " FROM (" + inner + ") GROUP BY " + names
                    + "at_position, at_layer ORDER BY place";
        }

        private int perToken() {
            if (options.expertsPerToken() < 1) {
                throw MoiraException.expected(
                        table.file().toString(),
                        "a column \"" + fields.position()
                                + "\", or --experts-per-token, since the rows of a layer follow each other",
                        "the columns " + table.headings());
            }
            return options.expertsPerToken();
        }

        private String counted(String layer, int rowsPerToken) {
            account.note(
                    "%s: no positions, so the rows of a layer are taken for its tokens in their order", table.file());
            return "(row_number() OVER (PARTITION BY " + layer + " ORDER BY " + GivenTable.ROW + ") - 1) // "
                    + rowsPerToken;
        }

        private String documents() {
            StringBuilder sql = new StringBuilder();
            String[] names = fields.document().split(",", -1);
            for (int i = 0; i < names.length; i++) {
                String file = "'" + table.file().getFileName().toString().replace("'", "''") + "'";
                boolean alone = names.length == 1 && fields.document().equals(ImportOptions.Fields.DEFAULTS.document());
                int number = i;
                String column = table.column(names[i])
                        .map(found -> "CAST(" + found + " AS VARCHAR)")
                        .or(() -> alone ? Optional.of(file) : Optional.empty())
                        .orElseThrow(() -> missing("a column \"" + names[number] + '"'));
                sql.append(column).append(" AS ").append(name(i)).append(", ");
            }
            return sql.toString();
        }

        private String documentNames() {
            StringBuilder names = new StringBuilder();
            for (int i = 0; i < fields.document().split(",", -1).length; i++) {
                names.append(name(i)).append(", ");
            }
            return names.toString();
        }

        private static String name(int i) {
            return i == 0 ? "document" : "document" + i;
        }

        private String others() {
            return table.column(fields.token()).map(Query::number).orElse("NULL::DOUBLE") + " AS token, "
                    + text(fields.domain()) + " AS domain, " + text(fields.piece()) + " AS piece";
        }

        private String text(String column) {
            return table.column(column)
                    .map(found -> "CAST(" + found + " AS VARCHAR)")
                    .orElse("NULL::VARCHAR");
        }

        private String any(String name, String column, boolean number) {
            String value = number ? table.column(column).map(Query::number).orElse("NULL::DOUBLE") : text(column);
            return "ANY_VALUE(" + value + ") AS " + name;
        }

        private static String number(String column) {
            return "TRY_CAST(" + column + " AS DOUBLE)";
        }

        /** A list, or a text with numbers between commas, spaces or brackets. */
        private static String list(String column) {
            return "TRY_CAST(CASE WHEN typeof(" + column + ") LIKE '%[]' THEN CAST(" + column
                    + " AS VARCHAR[]) ELSE regexp_extract_all(CAST(" + column
                    + " AS VARCHAR), '[^\\s,;\\[\\](){}]+') END AS DOUBLE[])";
        }

        private static String columns(List<String> columns) {
            if (columns.isEmpty()) {
                return "NULL";
            }
            List<String> numbers = new ArrayList<>();
            columns.forEach(column -> numbers.add(number(column)));
            return "[" + String.join(", ", numbers) + "]";
        }

        /** A column an expert is another table: scores, mostly of the chosen alone. */
        private void mustBeIds(List<String> columns) {
            String scores = columns.stream()
                    .map(column -> number(column) + " <> round(" + number(column) + ")")
                    .reduce((a, b) -> a + " OR " + b)
                    .orElseThrow();
            table.database()
                    .query("SELECT MIN(" + GivenTable.ROW + ") FROM " + table.name() + " WHERE " + scores, row -> {
                        long first = row.getLong(1);
                        if (!row.wasNull()) {
                            throw MoiraException.expected(
                                    table.file() + ", row " + first,
                                    "ids in the columns expert_N",
                                    "scores, a column an expert: give the ids of the chosen ones as experts and their scores as weights"
                                            + " (zeros elsewhere are no logits)");
                        }
                    });
        }
    }
}
