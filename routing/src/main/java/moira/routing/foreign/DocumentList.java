package moira.routing.foreign;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.routing.corpus.JsonLines;
import moira.routing.trace.TraceBuilder;
import org.duckdb.DuckDBAppender;
import tools.jackson.databind.JsonNode;

/**
 * Documents as {@code --documents} gives them, one a line: {@code {"document": 0, "domain": ..., "source": ..., "tokens": 5, "pieces":
 * [...]}}. Pieces go to the database's table {@code pieces} as they are read, each with the number of the distinct piece.
 */
final class DocumentList {
    private final List<SourceDocument> documents = new ArrayList<>();
    private final Map<String, Integer> keys = new HashMap<>();
    private final Map<String, Integer> pieces = new HashMap<>();
    private int withPieces;

    static void createTable(TraceBuilder trace) {
        trace.database()
                .execute("CREATE TABLE pieces (document INTEGER, position INTEGER, token INTEGER, piece VARCHAR)");
    }

    /** @throws MoiraException if a line is none, a document comes twice, or some have pieces and some have not */
    static DocumentList read(Path file, TraceBuilder trace) {
        Pickle.refuse(file);
        DocumentList list = new DocumentList();
        try (JsonLines lines = JsonLines.open(file)) {
            trace.database().append("pieces", rows -> {
                for (JsonNode line = lines.next(); line != null; line = lines.next()) {
                    list.add(line, lines.at(), rows);
                }
            });
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
        if (list.documents.isEmpty()) {
            throw MoiraException.expected(file.toString(), "a document a line", "none");
        }
        return list;
    }

    private void add(JsonNode line, String where, DuckDBAppender rows) throws SQLException {
        int document = documents.size();
        String domain = line.path("domain").asString("");
        if (domain.isBlank()) {
            throw MoiraException.expected(where, "an object with a \"domain\"", Shown.of(line));
        }
        String key = line.path("document").asString(Integer.toString(document));
        if (keys.putIfAbsent(key, document) != null) {
            throw MoiraException.expected(where, "a document that was not there yet", key);
        }
        int tokens = tokens(line, where);
        documents.add(new SourceDocument(domain, line.path("source").asString(key), tokens));
        JsonNode texts = line.path("pieces");
        withPieces += texts.isArray() ? 1 : 0;
        if (withPieces != (texts.isArray() ? document + 1 : 0)) {
            throw MoiraException.expected(where, "pieces in every line or in none", Shown.of(line));
        }
        for (int position = 0; texts.isArray() && position < texts.size(); position++) {
            piece(document, position, texts.get(position), where, rows);
        }
    }

    private static int tokens(JsonNode line, String where) {
        JsonNode tokens = line.path("tokens");
        JsonNode texts = line.path("pieces");
        if (tokens.isMissingNode()) {
            return texts.isArray() ? texts.size() : -1;
        }
        if (!tokens.canConvertToInt() || !tokens.isIntegralNumber() || tokens.intValue() < 0) {
            throw MoiraException.expected(where, "a number of \"tokens\"", Shown.of(tokens));
        }
        if (texts.isArray() && texts.size() != tokens.intValue()) {
            throw MoiraException.expected(where, "pieces for " + tokens + " tokens", texts.size());
        }
        return tokens.intValue();
    }

    private void piece(int document, int position, JsonNode text, String where, DuckDBAppender rows)
            throws SQLException {
        if (!text.isString()) {
            throw MoiraException.expected(where, "pieces that are strings", Shown.of(text));
        }
        String piece = text.stringValue();
        rows.beginRow().append(document).append(position);
        rows.append(pieces.computeIfAbsent(piece, key -> pieces.size()))
                .append(piece)
                .endRow();
    }

    List<SourceDocument> documents() {
        return documents;
    }

    /** The number of a document that the file calls so, or null. */
    Integer number(String key) {
        return keys.get(key);
    }

    boolean hasPieces() {
        return withPieces > 0;
    }
}
