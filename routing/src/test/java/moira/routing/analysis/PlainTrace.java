package moira.routing.analysis;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A trace's rows in plain maps, read by {@code SELECT *} and nothing else of the analysis. */
final class PlainTrace {
    /** A text token in a layer. */
    static final class Token {
        final int document;
        final int position;
        final int layer;
        final String domain;
        final String source;
        final int id;
        final List<Integer> experts = new ArrayList<>();
        double entropy;
        double margin;

        Token(int document, int position, int layer, String[] text, int id) {
            this.document = document;
            this.position = position;
            this.layer = layer;
            this.domain = text[0];
            this.source = text[1];
            this.id = id;
        }
    }

    final Map<Integer, String> pieces = new HashMap<>();

    /** By layer, document and position. */
    final TreeMap<List<Integer>, Token> tokens = new TreeMap<>(PlainTrace::compare);

    private static int compare(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < a.size(); i++) {
            int order = Integer.compare(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    static PlainTrace read(Path trace) throws SQLException {
        PlainTrace plain = new PlainTrace();
        Map<Integer, String[]> documents = new HashMap<>();
        for (Map<String, Object> row : rows(trace.resolve("documents.parquet"))) {
            documents.put(
                    number(row, "document"), new String[] {(String) row.get("domain"), (String) row.get("source")});
        }
        Map<List<Integer>, Integer> ids = new HashMap<>();
        for (Map<String, Object> row : rows(trace.resolve("tokens.parquet"))) {
            plain.pieces.put(number(row, "token"), (String) row.get("piece"));
            if (!(Boolean) row.get("special")) {
                ids.put(List.of(number(row, "document"), number(row, "position")), number(row, "token"));
            }
        }
        plain.readRouting(trace, documents, ids);
        plain.readRouter(trace);
        return plain;
    }

    private void readRouting(Path trace, Map<Integer, String[]> documents, Map<List<Integer>, Integer> ids)
            throws SQLException {
        List<Map<String, Object>> rows = rows(trace.resolve("routing/*.parquet"));
        rows.sort((a, b) -> number(a, "choice") - number(b, "choice"));
        for (Map<String, Object> row : rows) {
            int document = number(row, "document");
            int position = number(row, "position");
            int layer = number(row, "layer");
            Integer id = ids.get(List.of(document, position));
            if (id != null) {
                tokens.computeIfAbsent(
                                List.of(layer, document, position),
                                key -> new Token(document, position, layer, documents.get(document), id))
                        .experts
                        .add(number(row, "expert"));
            }
        }
    }

    private void readRouter(Path trace) throws SQLException {
        for (Map<String, Object> row : rows(trace.resolve("router/*.parquet"))) {
            Token token = tokens.get(List.of(number(row, "layer"), number(row, "document"), number(row, "position")));
            if (token != null) {
                token.entropy = ((Number) row.get("entropy")).doubleValue();
                token.margin = ((Number) row.get("margin")).doubleValue();
            }
        }
    }

    /** The token so many positions further in its window, or null. */
    Token after(Token token, int positions) {
        return tokens.get(List.of(token.layer, token.document, token.position + positions));
    }

    Token inLayer(Token token, int layer) {
        return tokens.get(List.of(layer, token.document, token.position));
    }

    static int number(Map<String, Object> row, String column) {
        return ((Number) row.get(column)).intValue();
    }

    /** All rows of some Parquet files. */
    static List<Map<String, Object>> rows(Path files) throws SQLException {
        List<Map<String, Object>> all = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM '" + files + "'")) {
            while (rows.next()) {
                Map<String, Object> row = new HashMap<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.put(rows.getMetaData().getColumnName(i), rows.getObject(i));
                }
                all.add(row);
            }
        }
        return all;
    }
}
