package moira.routing.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import moira.routing.result.Run;
import moira.routing.result.Tables;
import moira.routing.result.Text;
import tools.jackson.databind.JsonNode;

/**
 * The tables as the page embeds them, cut to a size that a browser bears: the layers of a large table are thinned evenly,
 * pairs of experts are limited to the busiest, and {@link #cuts} tells the reader what was left out.
 */
final class ReportTables {
    private static final int MOST_ROWS = 20_000;
    private static final int MOST_PAIRED_EXPERTS = 64;
    private static final int MOST_DOMAINS = 40;

    private static final String BUSIEST = """
            WITH busiest AS (
              SELECT layer, expert FROM expert_share WHERE choices = 'either' GROUP BY layer, expert
              QUALIFY row_number() OVER (PARTITION BY layer ORDER BY sum(assignments) DESC, expert) <= %s)
            """.formatted(MOST_PAIRED_EXPERTS);

    private final Tables tables;
    private final Run run;
    private final Map<String, Object> encoded = new LinkedHashMap<>();
    private final List<String> cuts = new ArrayList<>();

    private ReportTables(Tables tables, Run run) {
        this.tables = tables;
        this.run = run;
    }

    static ReportTables of(Tables tables, Run run) {
        ReportTables report = new ReportTables(tables, run);
        report.add("expert_share", """
                SELECT layer, choices, domain, expert, share, ci_low, ci_high FROM expert_share
                WHERE choices IN ('either', 'first', 'second', 'third')
                """);
        report.add("repetition", "SELECT * FROM repetition");
        report.add("divergence", "SELECT * FROM divergence WHERE domain_a = ''");
        report.add("domain_pairs", "divergence", "SELECT * FROM divergence WHERE domain_a <> ''");
        report.add(
                "domain_specialization",
                "SELECT layer, domain, expert, share, ci_low, ci_high FROM domain_specialization");
        report.add("load", "SELECT * FROM load");
        report.add("router", "SELECT * FROM router");
        report.add("syntax_class", "SELECT * FROM syntax_class");
        report.add("syntax_example", "SELECT * FROM syntax_example");
        report.addPairs();
        report.addWords();
        if (run.domains().size() > MOST_DOMAINS) {
            report.cuts.add(Text.of(
                    "Of %d domains the %d with the most tokens are drawn; the tables have all.",
                    run.domains().size(), MOST_DOMAINS));
        }
        return report;
    }

    /** By name, each as {@link Columns#encoded}. */
    Map<String, Object> encoded() {
        return encoded;
    }

    /** One sentence for each thing left out. */
    List<String> cuts() {
        return cuts;
    }

    private void addPairs() {
        add("coactivation", BUSIEST + """
                        SELECT c.layer, c.expert, c.other, c.share, c.ci_low, c.ci_high FROM coactivation c
                        SEMI JOIN busiest a ON c.layer = a.layer AND c.expert = a.expert
                        SEMI JOIN busiest b ON c.layer = b.layer AND c.other = b.expert
                        """);
        add("layer_transition", BUSIEST + """
                        SELECT t.layer, t.next_layer, t.expert, t.next_expert, t.share, t.ci_low, t.ci_high FROM layer_transition t
                        SEMI JOIN busiest a ON t.layer = a.layer AND t.expert = a.expert
                        SEMI JOIN busiest b ON t.next_layer = b.layer AND t.next_expert = b.expert
                        """);
        if (run.experts() > MOST_PAIRED_EXPERTS) {
            cuts.add(Text.of(
                    "Pairs of experts are drawn for the %d busiest of %d.", MOST_PAIRED_EXPERTS, run.experts()));
        }
    }

    private void addWords() {
        if (tables.has("vocabulary_specialization")) {
            encoded.put("words", Words.of(tables).encoded());
        }
    }

    private void add(String table, String sql) {
        add(table, table, sql);
    }

    /** Embeds a query of {@code table} as {@code name}. */
    private void add(String name, String table, String sql) {
        if (!tables.has(table)) {
            return;
        }
        String drawn = sql;
        if (run.domains().size() > MOST_DOMAINS
                && tables.query("SELECT * FROM (" + sql + ") LIMIT 1").names().contains("domain")) {
            drawn = "SELECT * FROM (" + sql + ") WHERE domain IN (" + quoted(domains(run)) + ")";
        }
        int rows = tables.query("SELECT count(*) AS n FROM (" + drawn + ")").integer(0, "n");
        int rowsOfLayer = Math.max(1, rows / run.layers().size());
        List<Integer> kept = Layers.thin(run.layers(), MOST_ROWS / rowsOfLayer);
        if (kept.size() < run.layers().size()) {
            cuts.add(Text.of("%s is drawn for the layers %s; the table has all.", table, kept));
        }
        String layers = kept.toString().replace('[', '(').replace(']', ')');
        String cut = "SELECT * FROM (" + drawn + ") WHERE layer IN " + layers + " ORDER BY ALL";
        encoded.put(name, tables.query(cut).encoded());
    }

    /** The domains that are drawn, in their order: all, or of very many those with the most tokens. */
    static List<String> domains(Run run) {
        List<JsonNode> largest = run.analysis()
                .path("domains")
                .valueStream()
                .sorted(Comparator.comparingLong(
                                (JsonNode domain) -> domain.path("tokens").asLong(0))
                        .reversed())
                .limit(MOST_DOMAINS)
                .toList();
        Set<String> names = largest.stream()
                .map(domain -> domain.path("domain").asString(""))
                .collect(Collectors.toSet());
        return run.domains().stream().filter(names::contains).toList();
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> "'" + name.replace("'", "''") + "'").collect(Collectors.joining(", "));
    }
}
