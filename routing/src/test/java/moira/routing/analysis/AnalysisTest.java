package moira.routing.analysis;

import static moira.routing.analysis.Tables.read;
import static moira.routing.analysis.Tables.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.routing.trace.Plan;
import moira.routing.trace.PlantedTrace;
import moira.routing.trace.TraceWriter;
import moira.routing.trace.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnalysisTest {
    private static final AnalysisOptions QUICK = new AnalysisOptions(200, 50, 200, 3);

    @TempDir
    Path folder;

    private Path trace;
    private Path out;

    private void analyse(PlantedTrace planted, PlantedTrace.Routing routing, AnalysisOptions options) {
        trace = folder.resolve("trace");
        out = folder.resolve("out");
        planted.write(trace, routing);
        Analysis.run(trace, out, options);
    }

    static Stream<PlantedTrace> shapes() {
        return Stream.of(
                PlantedTrace.SMALL,
                new PlantedTrace(8, 2, List.of(0, 1, 5), 2, 5, 1, 64, 20, 1),
                new PlantedTrace(6, 1, List.of(0), 3, 3, 2, 30, 15, 2),
                new PlantedTrace(13, 5, List.of(1, 2), 2, 4, 2, 50, 10, 3),
                new PlantedTrace(3, 3, List.of(0, 1), 2, 4, 1, 30, 10, 4),
                new PlantedTrace(8, 2, List.of(0, 1), 1, 1, 2, 40, 10, 5));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyTableAgreesWithPlainLoops(PlantedTrace planted) throws Exception {
        analyse(
                planted,
                (random, layer, domain, token, previous) -> planted.first(random, token + domain * layer),
                QUICK);
        Tables.mustAgree(trace, out, planted.experts(), planted.k());
    }

    @Test
    void uniformRoutingIsChance() throws Exception {
        PlantedTrace planted = new PlantedTrace(8, 2, List.of(0, 1), 4, 40, 1, 100, 40, 11);
        analyse(planted, planted.uniform(), AnalysisOptions.DEFAULTS);
        mustCover("expert_share", "share", "random", "ci_low", "ci_high");
        mustCover("domain_specialization", "share", "random", "ci_low", "ci_high");
        mustCover("coactivation", "share", "random", "ci_low", "ci_high");
        mustCover("layer_transition", "share", "random", "ci_low", "ci_high");
        mustCover("repetition", "first", "random_first", "first_ci_low", "first_ci_high");
        mustCover("repetition", "any", "random_any", "any_ci_low", "any_ci_high");
        for (Map<String, Object> row : read(out, "divergence")) {
            assertThat(value(row, "p_value")).as("%s", row).isGreaterThan(0.002);
            assertThat(value(row, "jsd_bits")).isLessThan(2 * value(row, "null_p95"));
        }
        for (Map<String, Object> row : read(out, "load")) {
            assertThat(value(row, "max_over_mean")).isCloseTo(value(row, "random_max_over_mean"), within(0.08));
            assertThat(value(row, "entropy_bits")).isCloseTo(value(row, "random_entropy_bits"), within(0.005));
        }
    }

    /** Percentile intervals of 40 sources hold the true value somewhat less often than 95 %. */
    private void mustCover(String table, String share, String chance, String low, String high) throws Exception {
        List<Map<String, Object>> rows = read(out, table);
        double total = 0;
        long covered = 0;
        for (Map<String, Object> row : rows) {
            total += value(row, share) - value(row, chance);
            covered += value(row, low) <= value(row, chance) && value(row, chance) <= value(row, high) ? 1 : 0;
        }
        assertThat((double) covered / rows.size()).as(table + " " + share).isGreaterThan(0.85);
        assertThat(total / rows.size()).as(table + " " + share).isCloseTo(0, within(0.01));
    }

    @Test
    void routingByDomainIsFoundByTheDivergence() throws Exception {
        PlantedTrace planted = PlantedTrace.SMALL;
        analyse(planted, (random, layer, domain, token, previous) -> planted.first(random, domain), QUICK);
        for (Map<String, Object> row : read(out, "divergence")) {
            assertThat(value(row, "p_value")).isCloseTo(1.0 / 201, within(1e-12));
            assertThat(value(row, "jsd_bits")).isGreaterThan(value(row, "null_p95"));
            if (row.get("choices").equals("first")) {
                double domains = row.get("domain_a").equals("") ? planted.domains() : 2;
                assertThat(value(row, "jsd_bits")).isCloseTo(Math.log(domains) / Math.log(2), within(1e-12));
            }
        }
        for (Map<String, Object> row : read(out, "repetition")) {
            assertThat(value(row, "first")).isEqualTo(1);
            assertThat(value(row, "first_ci_low")).isEqualTo(1);
        }
    }

    @Test
    void routingByTokenIsFoundInTheVocabularyAndNotInTheDomains() throws Exception {
        PlantedTrace planted = PlantedTrace.SMALL;
        analyse(planted, (random, layer, domain, token, previous) -> planted.first(random, token), QUICK);
        for (Map<String, Object> row : read(out, "vocabulary_specialization")) {
            boolean own = PlainTrace.number(row, "token") % planted.experts() == PlainTrace.number(row, "expert");
            if (row.get("by").equals("input")) {
                assertThat(value(row, "first_share")).isEqualTo(own ? 1 : 0);
            } else {
                assertThat(value(row, "first_share")).isLessThan(1);
            }
        }
        for (Map<String, Object> row : read(out, "layer_transition")) {
            assertThat(value(row, "share")).isEqualTo(row.get("expert").equals(row.get("next_expert")) ? 1 : 0);
        }
        long significant = read(out, "divergence").stream()
                .filter(row -> value(row, "p_value") < 0.01)
                .count();
        assertThat(significant).isLessThanOrEqualTo(1);
    }

    @Test
    void routingByThePreviousTokenIsInNoInputToken() throws Exception {
        PlantedTrace planted = PlantedTrace.SMALL;
        analyse(planted, (random, layer, domain, token, previous) -> planted.first(random, previous), QUICK);
        for (Map<String, Object> row : read(out, "vocabulary_specialization")) {
            if (value(row, "occurrences") > 200) {
                assertThat(value(row, "first_share")).isBetween(0.05, 0.6);
            }
        }
        Tables.mustAgree(trace, out, planted.experts(), planted.k());
    }

    @Test
    void aSingleSourceHasNoIntervals() throws Exception {
        PlantedTrace planted = new PlantedTrace(4, 2, List.of(0), 1, 1, 3, 40, 10, 5);
        analyse(planted, planted.uniform(), QUICK);
        for (String table : List.of("expert_share", "domain_specialization", "vocabulary_specialization")) {
            assertThat(read(out, table))
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(row.get("ci_low")).isNull());
        }
        assertThat(read(out, "divergence")).isEmpty();
    }

    @Test
    void anIncompleteTraceIsAnalysedAsFarAsItGoes() throws Exception {
        PlantedTrace planted = PlantedTrace.SMALL;
        trace = folder.resolve("trace");
        out = folder.resolve("out");
        Plan plan = planted.plan();
        try (TraceWriter writer = planted.writer(trace, plan)) {
            for (Window window : plan.windows().subList(0, 33)) {
                planted.run(window, planted.uniform(), writer);
            }
        }
        Analysis.run(trace, out, QUICK);
        Tables.mustAgree(trace, out, planted.experts(), planted.k());
        String json = Files.readString(out.resolve("analysis.json"));
        assertThat(json).contains("\"complete\" : false", "\"documents\" : 24", "\"documents\" : 6");
        assertThat(json).doesNotContain("domain c");
    }

    @Test
    void sameSeedSameTables() throws Exception {
        PlantedTrace planted = PlantedTrace.SMALL;
        analyse(planted, planted.uniform(), QUICK);
        Path again = folder.resolve("again");
        Analysis.run(trace, again, QUICK);
        try (Stream<Path> tables = Files.list(out.resolve("tables"))) {
            for (Path table :
                    tables.filter(file -> file.toString().endsWith(".csv")).toList()) {
                assertThat(again.resolve("tables").resolve(table.getFileName())).hasSameTextualContentAs(table);
            }
        }
        assertThat(out.resolve("spill.moira-tmp")).doesNotExist();
    }

    @Test
    void repeatedTextsAreCounted() {
        PlantedTrace planted = PlantedTrace.SMALL;
        trace = folder.resolve("trace");
        Plan plan = planted.plan();
        int[] text = plan.windows().getFirst().tokens();
        for (int document : new int[] {4, 10}) {
            System.arraycopy(text, 0, plan.windows().get(document).tokens(), 0, text.length);
        }
        System.arraycopy(text, 0, plan.windows().get(20).tokens(), 0, 35);
        try (TraceWriter writer = planted.writer(trace, plan)) {
            for (Window window : plan.windows()) {
                planted.run(window, planted.uniform(), writer);
            }
            writer.complete();
        }
        Analysis.run(trace, folder.resolve("out"), QUICK);
        assertThat(folder.resolve("out/analysis.json"))
                .content()
                .contains("\"repeated_documents\" : 2", "\"shared_prefixes\" : 3")
                .contains("\"of_source\" : \"" + plan.windows().getFirst().source() + "\"")
                .contains("\"source\" : \"" + plan.windows().get(20).source() + "\"");
    }

    @Test
    void aDamagedPartIsNamed() throws IOException {
        PlantedTrace planted = PlantedTrace.SMALL;
        trace = folder.resolve("trace");
        planted.write(trace, planted.uniform());
        Path part = trace.resolve("routing/part-00002.parquet");
        try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw")) {
            file.seek(4);
            file.write(new byte[(int) file.length() - 50]);
        }
        assertThatThrownBy(() -> Analysis.run(trace, folder.resolve("out"), QUICK))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("part-00002.parquet")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aCutPartIsNamed() throws IOException {
        PlantedTrace planted = PlantedTrace.SMALL;
        trace = folder.resolve("trace");
        planted.write(trace, planted.uniform());
        Path part = trace.resolve("router/part-00001.parquet");
        try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw")) {
            file.setLength(file.length() - 3);
        }
        assertThatThrownBy(() -> Analysis.run(trace, folder.resolve("out"), QUICK))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("router")
                .hasMessageContaining("part-00001.parquet");
    }

    @Test
    void expertsBeyondTheHeaderAreAnError() throws IOException {
        PlantedTrace planted = PlantedTrace.SMALL;
        trace = folder.resolve("trace");
        planted.write(trace, planted.uniform());
        Path header = trace.resolve("trace.json");
        Files.writeString(header, Files.readString(header).replace("\"experts\" : 4", "\"experts\" : 3"));
        assertThatThrownBy(() -> Analysis.run(trace, folder.resolve("out"), QUICK))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("column expert: expected whole numbers from 0 to 2, found 3");
    }
}
