package moira.routing.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import moira.routing.verdict.JudgedTables;
import moira.routing.verdict.VerdictWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ComparisonTest {
    private static final double CLEAR = 0.001;

    @TempDir
    private Path folder;

    private final List<Analysed> analyses = new ArrayList<>();

    @Test
    void everyMeasureIsHeldAgainstItsOwnModelsChance() throws IOException {
        try (JudgedTables tables = tables("one")) {
            tables.header(JudgedTables.header(5, 20, ""))
                    // Two domains of eight experts: full separation is 1 bit.
                    .table(
                            "divergence",
                            "SELECT 4 AS layer, '' AS domain_a, 'either' AS choices, 0.375 AS jsd_bits, 0.125 AS null_mean")
                    .table("repetition", """
                            SELECT 2 AS layer, d AS domain, 10 AS pairs, 0.2 + d AS first, 0.1 + d AS first_ci_low,
                              0.3 + d AS first_ci_high, 0.125 AS random_first, 0.5 AS "any", NULL::DOUBLE AS any_ci_low,
                              NULL::DOUBLE AS any_ci_high, 0.25 AS random_any FROM (VALUES (0), (0.1)) v(d)""");
            add("one", tables);
        }
        ComparisonWriter.write(analyses, folder);
        assertThat(Files.readAllLines(folder.resolve("tables/compare.csv")))
                .anyMatch(line -> line.startsWith("one,divergence,4,1.0,0.375,,,0.125,0.25,3.0,"))
                .anyMatch(line -> line.startsWith("one,repetition_any,2,0.5,0.5,,,0.25,0.25,2.0,"));
        JsonNode model = json().path("models").path(0);
        // Domains of 0.2 and 0.3 average to 0.25, twice 1/8.
        JsonNode first = model.path("means").path("repetition_first");
        assertThat(first.path("value").asDouble()).isCloseTo(0.25, within(1e-9));
        assertThat(first.path("excess").asDouble()).isCloseTo(0.125, within(1e-9));
        assertThat(first.path("ratio").asDouble()).isCloseTo(2, within(1e-9));
        assertThat(model.path("missing").toString())
                .contains("load_max_over_mean")
                .doesNotContain("repetition");
        assertThat(model.path("has_experts").asString()).isEqualTo("not known");
    }

    @Test
    void aModelHasExpertsForWhatHoldsInMostLayersAndExplainsEnough() {
        assertThat(experts(0.3, 0.06, CLEAR)).isEqualTo("for words (30.0\u00a0%), for topics (6.0\u00a0%)");
        assertThat(experts(0.04, 0.06, CLEAR)).isEqualTo("for topics (6.0\u00a0%)");
        assertThat(experts(0.3, 0.049, CLEAR)).isEqualTo("for words (30.0\u00a0%)");
        assertThat(experts(0.3, 0.3, 0.2)).isEqualTo("none that these figures show");
    }

    @Test
    void aModelWithoutTokensHasExpertsForDomains() {
        try (JudgedTables tables = tables("one")) {
            tables.entropy(0, "first", JudgedTables.ENTROPY).add(0, "domain", 0.1, 0.01, CLEAR);
            add("one", tables);
        }
        assertThat(words().getFirst()).isEqualTo("one: for domains (topics or words, not told apart) (10.0\u00a0%).");
    }

    @Test
    void countsHaveExpertsThatWereNotTested() {
        try (JudgedTables tables = tables("one")) {
            tables.entropy(0, "either", JudgedTables.ENTROPY).untested(0, "token", 0.2);
            add("one", tables);
        }
        assertThat(words().getFirst()).isEqualTo("one: for words (20.0\u00a0%, not tested).");
    }

    @Test
    void otherDomainsOtherPhasesAndOtherChoicesAreWarnedOf() {
        String same = JudgedTables.header(4, 20, ", \"corpus\": [\"x\"]");
        assertThat(warnings(same, same)).isEmpty();
        assertThat(warnings(same, same.replace("\"b\"", "\"c\"")))
                .singleElement()
                .asString()
                .startsWith("The domains differ between these models");
        assertThat(warnings(same, same.replace("\"x\"", "\"y\"")))
                .singleElement()
                .asString()
                .startsWith("The domains have the same names");
        assertThat(warnings(same, same.replace("\"both\"", "\"decode\"")))
                .singleElement()
                .asString()
                .contains("(decode)");
        try (JudgedTables tables = tables("third")) {
            tables.header(same).entropy(0, "either", 3).untested(0, "token", 0.2);
            add("third", tables);
        }
        try (JudgedTables tables = tables("fourth")) {
            tables.header(same).entropy(0, "first", 3).add(0, "token", 0.2, 0.01, CLEAR);
            add("fourth", tables);
        }
        assertThat(words()).element(1).asString().contains("some about any choice");
    }

    @Test
    void whatIsMissingHasTheReasonOfTheAnalysis() throws IOException {
        String header =
                JudgedTables.header(4, 20, ", \"missing\": [{\"table\": \"repetition\", \"reason\": \"counts only\"}]");
        try (JudgedTables tables = tables("one")) {
            add("one", tables.header(header.replaceAll("(?s),\\s*\\{\"domain\": \"b\"[^}]*}", "")));
        }
        ComparisonWriter.write(analyses, folder);
        String missing = json().path("models").path(0).path("missing").toString();
        assertThat(missing)
                .contains("{\"measure\":\"repetition_first\",\"reason\":\"counts only\"}")
                .contains("{\"measure\":\"divergence\",\"reason\":\"there are fewer than two domains\"}");
    }

    private String experts(double token, double topic, double p) {
        analyses.clear();
        try (JudgedTables tables = tables("m")) {
            for (int layer = 0; layer < 2; layer++) {
                tables.entropy(layer, "first", JudgedTables.ENTROPY)
                        .add(layer, "token", token, 0.01, p)
                        .add(layer, "domain|token", topic, 0.01, p);
            }
            add("m", tables);
        }
        return words().getFirst().replaceAll("^m: |\\.$", "");
    }

    private List<String> warnings(String one, String two) {
        analyses.clear();
        for (String header : List.of(one, two)) {
            String name = "m" + analyses.size();
            try (JudgedTables tables = tables(name)) {
                add(name, tables.header(header));
            }
        }
        List<String> words = words();
        analyses.clear();
        return words.subList(1, words.size());
    }

    private List<String> words() {
        return ComparisonWriter.write(analyses, folder);
    }

    private JudgedTables tables(String name) {
        return new JudgedTables(folder.resolve(name));
    }

    private void add(String name, JudgedTables tables) {
        tables.judge();
        Path trace = folder.resolve(name).resolve("trace");
        Path analysis = folder.resolve(name).resolve("analysis");
        analyses.add(new Analysed(name, trace, analysis, VerdictWriter.write(trace, analysis)));
    }

    private JsonNode json() throws IOException {
        return JsonMapper.shared().readTree(Files.readString(folder.resolve("compare.json")));
    }
}
