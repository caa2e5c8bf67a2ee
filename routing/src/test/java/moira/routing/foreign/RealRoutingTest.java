package moira.routing.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import moira.engine.Shared;
import moira.routing.DuckDb;
import moira.routing.Progress;
import moira.routing.analysis.Analysis;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.trace.TraceHeader;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recorded routing of real models, in files that numpy wrote, against the figures that others found in them (the README beside the
 * data). A figure agrees if it rounds to the published digits.
 */
class RealRoutingTest {
    private static final AnalysisOptions QUICK = new AnalysisOptions(5, 5, 5, 1);

    @TempDir
    private Path folder;

    private TraceHeader.Origin analyze(String format, int firstLayer, Path documents, Path... files) {
        ImportOptions options = new ImportOptions(
                documents, null, 0, 0, null, "prefill", 0, firstLayer, false, ImportOptions.Fields.DEFAULTS);
        TraceHeader.Origin origin =
                Importer.run(format, List.of(files), options, folder.resolve("trace"), Progress.NONE);
        Analysis.run(folder.resolve("trace"), folder.resolve("out"), QUICK);
        return origin;
    }

    private List<Double> column(String select, String table) {
        List<Double> values = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            String from = " FROM '" + folder.resolve("out/tables") + "/" + table + ".parquet' ";
            database.query(select.replace(" FROM ", from), row -> values.add(row.getDouble(1)));
        }
        return values;
    }

    private List<Double> divergence(String choices) {
        return column(
                "SELECT jsd_bits FROM WHERE domain_a = '' AND choices = '" + choices + "' ORDER BY layer",
                "divergence");
    }

    private static void mustRoundTo(List<Double> found, Offset<Double> half, double... published) {
        assertThat(found).hasSameSizeAs(published);
        for (int i = 0; i < published.length; i++) {
            assertThat(found.get(i)).isCloseTo(published[i], half);
        }
    }

    @Test
    void mixtralsDomainsHardlyDiffer() {
        Path data = Shared.path("routing-data/mixtral-8x7b-v0.1");
        analyze("counts", 0, null, data.resolve("counts.json"), data.resolve("counts_first.json"));
        mustRoundTo(divergence("either"), within(0.00005), 0.0031, 0.0037, 0.0090);
        mustRoundTo(divergence("first"), within(0.00005), 0.0129, 0.0105, 0.0244);
    }

    @Test
    void mixtralsInstructModelAndSubjects() {
        Path data = Shared.path("routing-data/mixtral-8x7b-v0.1-mmlu");
        analyze("counts", 0, null, data.resolve("counts.json"));
        List<Double> layers = divergence("either");
        assertThat(layers).hasSize(32).allSatisfy(bits -> assertThat(bits).isBetween(0.0045, 0.0245));
        double mean = layers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        assertThat(mean).isCloseTo(0.0133, within(0.00005));
    }

    /** The figures are of five domains; the published counts have a sixth, of another kind. */
    @Test
    void olmoesDomainsDiffer() throws IOException {
        Path data = Shared.path("routing-data/olmoe-1b-7b-0924");
        String counts = Files.readString(data.resolve("counts.json"));
        Path five =
                Files.writeString(folder.resolve("counts.json"), counts.replaceFirst("\"tulu\": \\[\\[.*?]],? ?", ""));
        TraceHeader.Origin origin =
                analyze("counts", 0, null, five, data.resolve("counts_first.json"), data.resolve("token_expert.npz"));
        assertThat(origin.notes()).anyMatch(note -> note.endsWith("no counts by token of c4"));
        // One in the last digit: layer 7 is 0.40050 by any computation, and published as 0.401.
        mustRoundTo(divergence("either"), within(0.001), 0.167, 0.401, 0.501);
        mustRoundTo(divergence("first"), within(0.005), 0.63, 0.97, 1.03);
    }

    /**
     * "First-choice repetition 7 % (layer 0) to 39 % (layer 10)" and the topics' divergence highest in layer 11 are of the whole set, of
     * which the data here are a part: so the published share lies in the interval over documents.
     */
    @Test
    void gptOssRepeatsItsExpertsInTheMiddle() {
        Path data = Shared.path("routing-data/gpt-oss-20b");
        analyze("npz", 0, data.resolve("documents.jsonl"), data.resolve("routing.npz"));
        List<Double> first =
                column("SELECT SUM(\"first\" * pairs) / SUM(pairs) FROM GROUP BY layer ORDER BY layer", "repetition");
        assertThat(first).hasSize(24);
        assertThat(first).allSatisfy(share -> assertThat(share).isBetween(first.getFirst(), first.get(10)));
        mustHold(0, 0.07, first.get(0));
        mustHold(10, 0.39, first.get(10));
        List<Double> topic = divergence("either");
        assertThat(topic).allSatisfy(bits -> assertThat(bits).isBetween(topic.getFirst(), topic.get(11)));
    }

    /** Counts the documents one by one: their shares give the pooled one, and an interval that the published one lies in. */
    private void mustHold(int layer, double published, double pooled) {
        List<double[]> documents = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT document, SUM(CAST(expert = next AS INTEGER)), COUNT(next) FROM (SELECT document, expert, "
                            + "LEAD(expert) OVER (PARTITION BY document ORDER BY position) AS next FROM '"
                            + folder.resolve("trace") + "/routing/*.parquet' WHERE choice = 1 AND layer = " + layer
                            + ") GROUP BY document",
                    row -> documents.add(new double[] {row.getDouble(2), row.getDouble(3)}));
        }
        double same = documents.stream().mapToDouble(d -> d[0]).sum();
        double pairs = documents.stream().mapToDouble(d -> d[1]).sum();
        assertThat(same / pairs).isCloseTo(pooled, within(1e-12));
        double squares = documents.stream()
                .mapToDouble(d -> Math.pow(d[0] - pooled * d[1], 2))
                .sum();
        double error = 1.96 * Math.sqrt(squares) / pairs;
        // Half a per cent is the rounding of the published share.
        assertThat(pooled).isCloseTo(published, within(error + 0.005));
    }

    /** "First-choice repetition 12 to 18 % (chance 1.6 %), any 72 to 78 % (46.0 %), divergence 0.15 to 0.33 bits"; shares by domain. */
    @Test
    void deepSeekSharesExpertsBetweenNeighbours() {
        Path data = Shared.path("routing-data/deepseek-v2-lite");
        TraceHeader.Origin origin = analyze("npz", 1, data.resolve("documents.jsonl"), data.resolve("routing.npz"));
        assertThat(origin.lacks()).anyMatch(lack -> lack.startsWith("tokens"));
        assertThat(column("SELECT DISTINCT layer FROM ORDER BY layer", "repetition"))
                .hasSize(26)
                .startsWith(1.0);
        String byDomain = "SELECT AVG(\"%s\") FROM GROUP BY domain ORDER BY 1";
        mustSpan(column(byDomain.formatted("first"), "repetition"), 0.12, 0.18);
        mustSpan(column(byDomain.formatted("any"), "repetition"), 0.72, 0.78);
        assertThat(column("SELECT MIN(random_any) FROM ", "repetition").getFirst())
                .isCloseTo(0.460, within(0.0005));
        List<Double> bits = divergence("either").stream().sorted().toList();
        mustSpan(bits, 0.15, 0.33);
    }

    /** Lowest and highest round to these hundredths. */
    private static void mustSpan(List<Double> ascending, double low, double high) {
        assertThat(ascending.getFirst()).isCloseTo(low, within(0.005));
        assertThat(ascending.getLast()).isCloseTo(high, within(0.005));
    }
}
