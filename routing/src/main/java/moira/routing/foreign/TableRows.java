package moira.routing.foreign;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
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
    private static final String NO_LIST = "NULL::VARCHAR[]";

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
        where = table.file() + ", row " + row.getLong(Query.PLACE);
        String[] documents = fields.document().split(",", -1);
        for (int i = 0; i < documents.length; i++) {
            json.put(documents[i], row.getString(Query.DOCUMENT + i));
        }
        Given.number(json, fields.position(), row.getString("moira_position"));
        Given.number(json, fields.layer(), row.getString("moira_layer"));
        for (String list : new String[] {"experts", "weights", "logits"}) {
            Array values = row.getArray("moira_" + list);
            if (values != null) {
                String field = list.equals("experts")
                        ? fields.experts()
                        : list.equals("weights") ? fields.weights() : fields.logits();
                Given.numbers(json, field, (Object[]) values.getArray());
            }
        }
        Given.number(json, fields.token(), row.getString("moira_token"));
        Given.text(json, fields.domain(), row.getString("moira_domain"));
        Given.text(json, fields.piece(), row.getString("moira_piece"));
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
        /** Names of the query's own, which no column of the file can stand for. */
        static final String PLACE = GivenTable.ROW + "_first";

        static final String DOCUMENT = "moira_document";

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
            String layer = text(table.column(fields.layer(), "layer_id", "layer_idx")
                    .orElseThrow(() -> missing("a column \"" + fields.layer() + '"')));
            Optional<String> lists = table.column(fields.experts(), "expert_ids", "topk_ids");
            Optional<String> logits = table.column(fields.logits());
            List<String> wide = table.numbered("expert");
            if (lists.isPresent() || logits.isPresent()) {
                Optional<String> weights = table.column(fields.weights(), "topk_weights");
                return decisions(
                        layer, list(lists), list(weights), list(lists.isPresent() ? Optional.empty() : logits));
            }
            if (!wide.isEmpty()) {
                mustBeIds(wide);
                return decisions(layer, columns(wide), columns(table.numbered("weight")), NO_LIST);
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
        private String decisions(String layer, String experts, String weights, String logits) {
            String position = table.column(fields.position(), "token_idx", "token_pos")
                    .map(Query::text)
                    .orElseGet(() -> counted(layer, 1));
            return "SELECT " + GivenTable.ROW + " AS " + PLACE + ", " + documents() + position + " AS moira_position, "
                    + layer + " AS moira_layer, " + experts + " AS moira_experts, " + weights + " AS moira_weights, "
                    + logits + " AS moira_logits, " + given(fields.token()) + " AS moira_token, "
                    + given(fields.domain())
                    + " AS moira_domain, " + given(fields.piece()) + " AS moira_piece FROM " + table.name()
                    + " ORDER BY " + PLACE;
        }

        /** A row is a choice: those of a decision are put in the order of their ranks, their weights, or their rows. */
        private String choices(String layer, String expert) {
            Optional<String> at = table.column(fields.position(), "token_idx", "token_pos");
            String position = at.map(Query::text).orElseGet(() -> counted(layer, perToken()));
            Optional<String> weight = table.column("weight", fields.weights());
            String order = table.column(RANKS)
                    .map(Query::number)
                    .or(() -> weight.map(column -> number(column) + " DESC"))
                    .map(by -> by + ", " + GivenTable.ROW)
                    .orElse(GivenTable.ROW);
            String weights = weight.map(column -> "list(" + text(column) + " ORDER BY moira_rank)")
                    .orElse(NO_LIST);
            String inner = "SELECT *, " + documents() + position + " AS moira_position, " + layer
                    + " AS moira_layer, row_number() OVER (ORDER BY " + order + ") AS moira_rank FROM " + table.name();
            String key = documentNames() + "moira_position, moira_layer";
            return "SELECT MIN(" + GivenTable.ROW + ") AS " + PLACE + ", " + key + ", list(" + text(expert)
                    + " ORDER BY moira_rank) AS moira_experts, " + weights + " AS moira_weights, " + NO_LIST
                    + " AS moira_logits, " + one(fields.token()) + " AS moira_token, " + one(fields.domain())
                    + " AS moira_domain, " + one(fields.piece()) + " AS moira_piece FROM (" + inner + ") GROUP BY "
                    + key
                    + " ORDER BY " + PLACE;
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
                boolean alone = fields.document().equals(ImportOptions.Fields.DEFAULTS.document());
                int number = i;
                String column = table.column(names[i])
                        .map(Query::text)
                        .or(() -> alone ? Optional.of(file) : Optional.empty())
                        .orElseThrow(() -> missing("a column \"" + names[number] + '"'));
                sql.append(column).append(" AS ").append(DOCUMENT).append(i).append(", ");
            }
            return sql.toString();
        }

        private String documentNames() {
            StringBuilder names = new StringBuilder();
            for (int i = 0; i < fields.document().split(",", -1).length; i++) {
                names.append(DOCUMENT).append(i).append(", ");
            }
            return names.toString();
        }

        /** What stands there, or nothing where there is no such column. */
        private String given(String name) {
            return table.column(name).map(Query::text).orElse("NULL::VARCHAR");
        }

        /** The one of all choices of a decision; where they have several, another than any of them. */
        private String one(String name) {
            String value = given(name);
            return "CASE WHEN MIN(" + value + ") = MAX(" + value + ") THEN MIN(" + value + ") ELSE MIN(" + value
                    + ") || ' and ' || MAX(" + value + ") END";
        }

        private static String text(String column) {
            return "CAST(" + column + " AS VARCHAR)";
        }

        private static String number(String column) {
            return "TRY_CAST(" + column + " AS DOUBLE)";
        }

        /** A list, or a text with numbers between commas, spaces or brackets. */
        private static String list(Optional<String> column) {
            return column.map(name -> "CASE WHEN typeof(" + name + ") LIKE '%]' THEN TRY_CAST(" + name
                            + " AS VARCHAR[]) ELSE regexp_extract_all(" + text(name)
                            + ", '[^\\s,;\\[\\](){}]+') END")
                    .orElse(NO_LIST);
        }

        private static String columns(List<String> columns) {
            if (columns.isEmpty()) {
                return NO_LIST;
            }
            return "[" + columns.stream().map(Query::text).collect(Collectors.joining(", ")) + "]";
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
