package moira.routing.trace;

import java.nio.file.Files;
import java.util.List;
import moira.engine.tokenizer.Tokenizer;
import moira.routing.DuckDb;

/**
 * Writes a trace's Parquet files. Rows go to DuckDB as lists, one a window, layer and choice, and are unrolled there: a call
 * a row would cost ten times as much.
 */
final class PartWriter implements AutoCloseable {
    private final TraceFolder folder;
    private final List<Integer> layers;
    private final String phase;
    private final DuckDb database = DuckDb.inMemory();

    PartWriter(TraceFolder folder, TraceHeader header) {
        this.folder = folder;
        this.layers = header.layers();
        this.phase = header.phase();
        database.execute("CREATE TABLE routing (document INTEGER, layer SMALLINT, choice TINYINT, "
                + "experts SMALLINT[], weights FLOAT[])");
        database.execute("CREATE TABLE router (document INTEGER, layer SMALLINT, entropies FLOAT[], margins FLOAT[])");
    }

    /** Writes {@code documents.parquet} and {@code tokens.parquet} where they are not there yet. */
    void writePlan(List<Window> windows, Tokenizer tokenizer) {
        if (!Files.exists(folder.documents())) {
            writeDocuments(windows);
        }
        if (!Files.exists(folder.tokens())) {
            writeTokens(windows, tokenizer);
        }
    }

    private void writeDocuments(List<Window> windows) {
        database.execute("CREATE TABLE documents "
                + "(document INTEGER, domain VARCHAR, source VARCHAR, \"window\" INTEGER, tokens INTEGER, "
                + "phase VARCHAR, answer INTEGER)");
        database.append("documents", rows -> {
            for (Window w : windows) {
                rows.beginRow().append(w.document()).append(w.domain()).append(w.source());
                rows.append(w.window()).append(w.tokens().length).append(phase);
                rows.appendNull().endRow();
            }
        });
        database.writeParquet("SELECT * FROM documents", folder.documents());
        database.execute("DROP TABLE documents");
    }

    private void writeTokens(List<Window> windows, Tokenizer tokenizer) {
        database.execute("CREATE TABLE tokens "
                + "(document INTEGER, position INTEGER, token INTEGER, piece VARCHAR, special BOOLEAN)");
        database.append("tokens", rows -> {
            for (Window w : windows) {
                for (int position = 0; position < w.tokens().length; position++) {
                    int token = w.tokens()[position];
                    rows.beginRow().append(w.document()).append(position).append(token);
                    rows.append(tokenizer.piece(token))
                            .append(position < w.specials())
                            .endRow();
                }
            }
        });
        database.writeParquet("SELECT * FROM tokens", folder.tokens());
        database.execute("DROP TABLE tokens");
    }

    /** Writes a part. The routing comes last: where it is, the part is whole. */
    void writePart(int part, PartBuffer buffer) {
        writeRouter(part, buffer);
        writeRouting(part, buffer);
    }

    private void writeRouter(int part, PartBuffer buffer) {
        database.append(
                "router",
                rows -> buffer.forEachLayer((window, layer, entropies, margins) -> rows.beginRow()
                        .append(window.document())
                        .append(layers.get(layer).shortValue())
                        .append(entropies)
                        .append(margins)
                        .endRow()));
        database.writeParquet(
                "SELECT document, CAST(generate_subscripts(entropies, 1) - 1 AS INTEGER) AS position, layer, "
                        + "unnest(entropies) AS entropy, unnest(margins) AS margin FROM router",
                folder.router(part));
        database.execute("TRUNCATE router");
    }

    private void writeRouting(int part, PartBuffer buffer) {
        database.append(
                "routing",
                rows -> buffer.forEachChoice((window, layer, choice, experts, weights) -> rows.beginRow()
                        .append(window.document())
                        .append(layers.get(layer).shortValue())
                        .append((byte) choice)
                        .append(experts)
                        .append(weights)
                        .endRow()));
        database.writeParquet(
                "SELECT document, CAST(generate_subscripts(experts, 1) - 1 AS INTEGER) AS position, layer, choice, "
                        + "unnest(experts) AS expert, unnest(weights) AS weight FROM routing",
                folder.routing(part));
        database.execute("TRUNCATE routing");
    }

    @Override
    public void close() {
        database.close();
    }
}
