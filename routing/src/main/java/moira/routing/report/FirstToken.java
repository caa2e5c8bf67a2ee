package moira.routing.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import moira.routing.result.Columns;
import moira.routing.result.Tables;

/**
 * How the first tokens of the windows are routed, beside all others, in one layer.
 *
 * @param tokens first tokens
 * @param distance of their first experts' distribution from that of the others: total variation, 0 to 1
 * @param chance what as many tokens drawn from the others' distribution would give on average (normal approximation of
 *     each expert's share: E|p - q| is sqrt(2 q (1 - q) / (pi n)))
 * @param expert that most of them go to
 * @param share of them that go there
 * @param elsewhere share of the others that go there
 */
record FirstToken(int layer, long tokens, double distance, double chance, int expert, double share, double elsewhere) {
    private static final String COUNTS = """
            WITH first AS (SELECT document, min(position) AS position FROM %s GROUP BY document)
            SELECT r.layer, r.expert, sum((r.position = f.position)::INT)::DOUBLE AS firsts,
              sum((r.position > f.position)::INT)::DOUBLE AS others
            FROM routing r JOIN first f ON f.document = r.document
            WHERE r.choice = 1 AND r.position >= f.position GROUP BY r.layer, r.expert ORDER BY r.layer, r.expert""";

    /** All layers; none where the trace has counts only or windows of one token. */
    static List<FirstToken> of(Tables tables) {
        if (!tables.has("routing")) {
            return List.of();
        }
        String tokens = tables.has("tokens") ? "tokens WHERE NOT special" : "routing";
        Columns rows = tables.query(COUNTS.formatted(tokens));
        Map<Integer, List<Integer>> layers = new TreeMap<>();
        for (int i = 0; i < rows.rows(); i++) {
            layers.computeIfAbsent(rows.integer(i, "layer"), layer -> new ArrayList<>())
                    .add(i);
        }
        List<FirstToken> found = new ArrayList<>();
        layers.forEach((layer, experts) -> {
            if (sum(rows, experts, "firsts") > 0 && sum(rows, experts, "others") > 0) {
                found.add(of(rows, layer, experts));
            }
        });
        return found;
    }

    private static FirstToken of(Columns rows, int layer, List<Integer> experts) {
        double firsts = sum(rows, experts, "firsts");
        double others = sum(rows, experts, "others");
        double distance = 0;
        double chance = 0;
        int top = experts.getFirst();
        for (int i : experts) {
            double p = rows.number(i, "firsts") / firsts;
            double q = rows.number(i, "others") / others;
            distance += Math.abs(p - q) / 2;
            chance += Math.sqrt(2 * q * (1 - q) / (Math.PI * firsts)) / 2;
            top = rows.number(i, "firsts") > rows.number(top, "firsts") ? i : top;
        }
        return new FirstToken(
                layer,
                (long) firsts,
                distance,
                chance,
                rows.integer(top, "expert"),
                rows.number(top, "firsts") / firsts,
                rows.number(top, "others") / others);
    }

    private static double sum(Columns rows, List<Integer> experts, String column) {
        return experts.stream().mapToDouble(i -> rows.number(i, column)).sum();
    }
}
