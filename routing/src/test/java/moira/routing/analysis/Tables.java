package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The written tables, held against the plain ones. */
final class Tables {
    private Tables() {}

    static List<Map<String, Object>> read(Path out, String table) throws SQLException {
        return PlainTrace.rows(out.resolve("tables").resolve(table + ".parquet"));
    }

    static double value(Map<String, Object> row, String column) {
        return ((Number) row.get(column)).doubleValue();
    }

    /** Every table of the analysis says what the plain loops say. */
    static void mustAgree(Path trace, Path out, int experts, int k) throws SQLException {
        PlainTables plain = new PlainTables(PlainTrace.read(trace), experts, k);
        mustAgree(out, "expert_share", "layer choices domain expert", "assignments share", plain.expertShare());
        mustAgree(out, "repetition", "layer domain", "pairs first any overlap", plain.repetition());
        mustAgree(
                out,
                "domain_specialization",
                "layer domain expert",
                "tokens domain_tokens share",
                plain.domainSpecialization());
        mustAgree(
                out,
                "vocabulary_specialization",
                "layer by token piece expert",
                "assignments occurrences share first_assignments first_share",
                plain.vocabularySpecialization());
        mustAgree(out, "coactivation", "layer expert other", "together tokens share", plain.coactivation());
        mustAgree(
                out,
                "layer_transition",
                "layer next_layer expert next_expert",
                "tokens share",
                plain.layerTransition());
        mustAgree(
                out,
                "load",
                "layer domain",
                "max_over_mean coefficient_of_variation entropy_bits dead_experts",
                plain.load());
        mustAgree(out, "divergence", "layer domain_a domain_b choices", "jsd_bits sources", plain.divergence());
        mustAgree(
                out,
                "information",
                "layer quantity choices",
                "bits tokens",
                new PlainInformation(PlainTrace.read(trace), k).bits());
        mustAgree(out, "router", "layer domain", "decisions mean_entropy mean_margin near_tie_share", plain.router());
    }

    private static void mustAgree(Path out, String table, String keys, String values, Map<String, double[]> plain)
            throws SQLException {
        List<Map<String, Object>> rows = read(out, table);
        assertThat(rows).as(table).hasSameSizeAs(plain.keySet());
        for (Map<String, Object> row : rows) {
            String key = String.join(
                    "|",
                    List.of(keys.split(" ")).stream()
                            .map(column -> String.valueOf(row.get(column)))
                            .toList());
            double[] expected = plain.get(key);
            assertThat(expected).as(table + " " + key).isNotNull();
            String[] columns = values.split(" ");
            for (int i = 0; i < columns.length; i++) {
                assertThat(value(row, columns[i]))
                        .as(table + " " + key + " " + columns[i])
                        .isCloseTo(expected[i], within(1e-9));
            }
        }
    }
}
