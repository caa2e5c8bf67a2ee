package moira.routing.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import moira.routing.result.Columns;
import moira.routing.result.Pieces;
import moira.routing.result.Run;
import moira.routing.result.Tables;
import moira.routing.result.Text;

/**
 * The beginning of one document of every domain, with the experts of each token in every traced layer: what figure 8 of
 * the Mixtral paper (arXiv 2401.04088) shows. How many tokens and domains is bounded, whatever the trace.
 */
final class Passages {
    static final int MOST_DOMAINS = 12;
    private static final int MOST_TOKENS = 320;
    private static final int FEWEST_TOKENS = 24;
    private static final int MOST_ASSIGNMENTS = 200_000;

    private final Tables tables;
    private final Run run;
    private final int tokens;

    private Passages(Tables tables, Run run) {
        this.tables = tables;
        this.run = run;
        int each = Math.min(MOST_DOMAINS, Math.max(1, run.domains().size()))
                * run.layers().size()
                * run.expertsPerToken();
        this.tokens = Math.clamp(MOST_ASSIGNMENTS / each, FEWEST_TOKENS, MOST_TOKENS);
    }

    /** The passages as the page embeds them; none where the trace has no tokens or only counts. */
    static List<Map<String, Object>> of(Tables tables, Run run) {
        if (!tables.has("tokens") || !tables.has("routing") || !tables.has("documents")) {
            return List.of();
        }
        Passages passages = new Passages(tables, run);
        Columns documents = passages.documents();
        return run.domains().stream()
                .limit(MOST_DOMAINS)
                .flatMap(domain -> IntStream.range(0, documents.rows())
                        .filter(i -> documents.string(i, "domain").equals(domain))
                        .boxed())
                .flatMap(i -> passages.passage(documents, i).stream())
                .toList();
    }

    /** Of every domain the first document that is long enough, or else its longest. */
    private Columns documents() {
        return tables.query(Text.of("""
                SELECT domain, document, source, tokens FROM documents
                QUALIFY row_number() OVER (PARTITION BY domain ORDER BY least(tokens, %d) DESC, document) = 1
                """, tokens + 1));
    }

    private List<Map<String, Object>> passage(Columns documents, int row) {
        int document = documents.integer(row, "document");
        Columns text = tables.query(Text.of(
                "SELECT position, piece FROM tokens WHERE document = %d AND NOT special AND piece IS NOT NULL ORDER BY position LIMIT %d",
                document, tokens));
        List<String> pieces = new ArrayList<>();
        Map<Integer, Integer> indexOfPosition = new HashMap<>();
        for (int i = 0; i < text.rows(); i++) {
            indexOfPosition.put(text.integer(i, "position"), i);
            pieces.add(text.string(i, "piece"));
        }
        if (pieces.isEmpty()) {
            return List.of();
        }
        return List.of(Map.of(
                "domain", documents.string(row, "domain"),
                "source", documents.string(row, "source"),
                "document_tokens", documents.integer(row, "tokens"),
                "positions", text.values().getFirst(),
                "pieces", pieces,
                "texts", Pieces.texts(pieces),
                "routing", routing(document, indexOfPosition)));
    }

    /** By layer, in the order of {@link Run#layers}: experts and weights [tokens x k]; expert -1 where there is none. */
    private Map<String, Object> routing(int document, Map<Integer, Integer> indexOfPosition) {
        int k = run.expertsPerToken();
        int n = indexOfPosition.size();
        int[][] experts = new int[run.layers().size()][n * k];
        Arrays.stream(experts).forEach(layer -> Arrays.fill(layer, -1));
        Object[][] weights = new Object[run.layers().size()][n * k];
        Columns rows = tables.query(Text.of(
                "SELECT position, layer, choice, expert, weight FROM routing WHERE document = %d AND position <= %d",
                document, Collections.max(indexOfPosition.keySet())));
        for (int i = 0; i < rows.rows(); i++) {
            Integer token = indexOfPosition.get(rows.integer(i, "position"));
            int layer = run.layers().indexOf(rows.integer(i, "layer"));
            int choice = rows.integer(i, "choice");
            if (token != null && layer >= 0 && choice >= 1 && choice <= k) {
                experts[layer][token * k + choice - 1] = rows.integer(i, "expert");
                weights[layer][token * k + choice - 1] = thousandths(rows.number(i, "weight"));
            }
        }
        return Map.of("experts", experts, "weights", weights);
    }

    private static Object thousandths(double weight) {
        return Double.isFinite(weight) ? (Object) Math.round(1000 * weight) : null;
    }
}
