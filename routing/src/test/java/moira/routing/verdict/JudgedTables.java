package moira.routing.verdict;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import moira.routing.DuckDb;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A made-up analysis: a table {@code information} row by row, and whatever else of a trace a test needs. */
public final class JudgedTables implements AutoCloseable {
    public static final double ENTROPY = 3;

    private final Path folder;
    private final DuckDb database = DuckDb.inMemory();
    private final List<String> rows = new ArrayList<>();
    private String header = header(4, 20, "");

    public JudgedTables(Path folder) {
        this.folder = folder;
    }

    /** An {@code analysis.json} of two domains, a and b. */
    public static String header(int layers, int sources, String more) {
        return """
                {"model": "m", "experts": 8, "experts_per_token": 2, "layers": [%s], "model_layers": %s, "complete": true,
                 "phase": "both", "domains": [{"domain": "a", "sources": %3$s, "tokens": 100},
                 {"domain": "b", "sources": %3$s, "tokens": 100}] %4$s}
                """.formatted(numbers(layers), layers, sources, more);
    }

    private static String numbers(int n) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            numbers.add(String.valueOf(i));
        }
        return String.join(", ", numbers);
    }

    public JudgedTables header(String json) {
        header = json;
        return this;
    }

    public JudgedTables entropy(int layer, String choices, double bits) {
        return row(layer, "entropy", choices, bits, 3, 1, "NULL", "NULL", "NULL", 999);
    }

    /** Shares of H(X), an interval of {@code half} to both sides, a null whose 95th percentile is 0.6 % of H(X) above its mean. */
    public JudgedTables add(int layer, String quantity, double share, double half, double p) {
        return add(layer, quantity, share, half, p, "first", 999);
    }

    public JudgedTables add(
            int layer, String quantity, double share, double half, double p, String choices, int permutations) {
        String low = number((share - half) * ENTROPY);
        String high = number((share + half) * ENTROPY);
        return row(
                layer,
                quantity,
                choices,
                share * ENTROPY + 0.1,
                share * ENTROPY,
                share,
                low,
                high,
                number(p),
                permutations);
    }

    /** Of counts alone: neither interval nor p-value. */
    public JudgedTables untested(int layer, String quantity, double share) {
        return row(layer, quantity, "either", share * ENTROPY, share * ENTROPY, share, "NULL", "NULL", "NULL", 0);
    }

    private JudgedTables row(
            int layer,
            String quantity,
            String choices,
            double bits,
            double corrected,
            double share,
            String low,
            String high,
            String p,
            int permutations) {
        rows.add(String.format(
                Locale.ROOT,
                "(%d, '%s', %s, 0.1, %s, %s, %s, %s, %s, '%s', 0.118, 1000, %d)",
                layer,
                quantity,
                number(bits),
                number(corrected),
                number(share),
                low,
                high,
                p,
                choices,
                permutations));
        return this;
    }

    private static String number(double x) {
        return String.format(Locale.ROOT, "%.9f::DOUBLE", x);
    }

    /** Texts, one document a text, the pieces parted by blanks; a type is its own token. */
    public JudgedTables texts(String... domainAndText) {
        List<String> documents = new ArrayList<>();
        List<String> tokens = new ArrayList<>();
        for (int d = 0; d < domainAndText.length / 2; d++) {
            String[] pieces = domainAndText[2 * d + 1].split(" ");
            documents.add("(%s, '%s', 's%s', 0, %s)".formatted(d, domainAndText[2 * d], d, pieces.length));
            for (int i = 0; i < pieces.length; i++) {
                tokens.add("(%s, %s, %s, '%s', %b)"
                        .formatted(d, i, pieces[i].hashCode(), pieces[i], pieces[i].equals("<s>")));
            }
        }
        create(folder("trace"));
        database.writeParquet(
                "SELECT * FROM (VALUES " + String.join(", ", documents)
                        + ") t(document, domain, source, \"window\", tokens)",
                folder("trace").resolve("documents.parquet"));
        database.writeParquet(
                "SELECT * FROM (VALUES " + String.join(", ", tokens) + ") t(document, position, token, piece, special)",
                folder("trace").resolve("tokens.parquet"));
        return this;
    }

    /** A table of the analysis, as SQL makes it. */
    public JudgedTables table(String name, String select) {
        database.writeParquet(select, create(folder("analysis/tables")).resolve(name + ".parquet"));
        return this;
    }

    /** The trace's routing, as SQL makes it. */
    public JudgedTables routing(String select) {
        database.writeParquet(select, create(folder("trace/routing")).resolve("part-00000.parquet"));
        return this;
    }

    /** Writes the analysis and its verdict, and reads the verdict back. */
    public JsonNode judge() {
        create(folder("trace"));
        Path tables = create(folder("analysis/tables"));
        try {
            Files.writeString(folder("analysis/analysis.json"), header);
            database.writeParquet("SELECT 0 AS layer", tables.resolve("expert_share.parquet"));
            if (!rows.isEmpty()) {
                database.writeParquet(
                        "SELECT * FROM (VALUES " + String.join(", ", rows)
                                + ") t(layer, quantity, bits, null_bits, corrected_bits, share_of_entropy, ci_low, ci_high, p_value,"
                                + " choices, null_p95, tokens, permutations)",
                        tables.resolve("information.parquet"));
            }
            VerdictWriter.write(folder("trace"), folder("analysis"));
            return JsonMapper.shared().readTree(Files.readString(folder("analysis/verdict.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path folder(String name) {
        return folder.resolve(name);
    }

    private static Path create(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
