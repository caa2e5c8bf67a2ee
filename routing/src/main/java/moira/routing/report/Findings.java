package moira.routing.report;

import java.util.ArrayList;
import java.util.List;
import moira.routing.result.Columns;
import moira.routing.result.PermutationTests;
import moira.routing.result.Run;
import moira.routing.result.Tables;
import moira.routing.result.Text;

/** The figures that the summary speaks of, one record a row. */
record Findings(List<Divergence> divergence, List<Repetition> repetition, List<Binding> binding) {

    /** All domains together: Jensen-Shannon divergence in bits beside its permutation null. */
    record Divergence(int layer, double bits, double nullMean, double p) {}

    /**
     * Consecutive tokens with the same first expert.
     *
     * @param first the share of pairs, with its 95 % interval {@code low} to {@code high}
     * @param byLoad the share that independent tokens would have with this domain's first choices: the sum of the squared
     *     shares, which is 1/E for an even load and more for any other
     */
    record Repetition(int layer, String domain, double first, double low, double high, double byLoad) {}

    static Findings of(Tables tables) {
        return new Findings(divergence(tables, "either"), repetition(tables), Binding.of(tables));
    }

    /** The divergence of every layer, by {@code choices}: all k of a token ({@code either}) or the {@code first}. */
    static List<Divergence> divergence(Tables tables, String choices) {
        List<Divergence> found = new ArrayList<>();
        if (tables.has("divergence")) {
            Columns rows = tables.query(Text.of("""
                    SELECT layer, jsd_bits, null_mean, p_value FROM divergence
                    WHERE domain_a = '' AND domain_b = '' AND choices = '%s' AND p_value IS NOT NULL ORDER BY layer
                    """, choices));
            for (int i = 0; i < rows.rows(); i++) {
                found.add(new Divergence(
                        rows.integer(i, "layer"),
                        rows.number(i, "jsd_bits"),
                        rows.number(i, "null_mean"),
                        rows.number(i, "p_value")));
            }
        }
        return found;
    }

    /** The p-values of all choices' divergence, corrected over the layers as the verdict corrects its own. */
    PermutationTests.Corrected corrected(Run run) {
        return corrected(divergence, run);
    }

    static PermutationTests.Corrected corrected(List<Divergence> layers, Run run) {
        double smallest = PermutationTests.smallestP(run.sourcesByDomain(), run.permutations());
        return PermutationTests.corrected(
                layers.stream()
                        .mapToDouble(layer -> Math.max(layer.p(), smallest))
                        .toArray(),
                smallest);
    }

    private static List<Repetition> repetition(Tables tables) {
        List<Repetition> found = new ArrayList<>();
        if (tables.has("repetition")) {
            Columns rows = tables.query("""
                    SELECT r.layer, r.domain, r.first, r.first_ci_low, r.first_ci_high, s.by_load
                    FROM repetition r JOIN (
                      SELECT layer, domain, sum(share * share) AS by_load FROM expert_share
                      WHERE choices = 'first' GROUP BY layer, domain) s
                    ON r.layer = s.layer AND r.domain = s.domain
                    WHERE r.pairs > 0 ORDER BY r.layer, r.domain
                    """);
            for (int i = 0; i < rows.rows(); i++) {
                found.add(new Repetition(
                        rows.integer(i, "layer"),
                        rows.string(i, "domain"),
                        rows.number(i, "first"),
                        rows.number(i, "first_ci_low"),
                        rows.number(i, "first_ci_high"),
                        rows.number(i, "by_load")));
            }
        }
        return found;
    }
}
