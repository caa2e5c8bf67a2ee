package moira.routing.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.Folders;
import moira.routing.Progress;
import moira.routing.analysis.Analysis;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.result.Columns;
import moira.routing.trace.Window;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingAnalysisTest {
    private static final AnalysisOptions OPTIONS = new AnalysisOptions(50, 50, 200, 1);

    @TempDir
    private Path folder;

    private Path run;
    private Path out;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void plant() throws IOException {
        run = PlantedTraining.write(folder.resolve("run"));
        out = folder.resolve("out");
    }

    private TrainingHistory analyse() {
        return TrainingAnalysis.run(run, out, OPTIONS, Progress.NONE, warnings::add);
    }

    /** Plain loops over the texts: both choices, and the first, that are those of the last probe. */
    private static double[] agreement(int step) {
        double chosen = 0;
        double first = 0;
        double tokens = 0;
        for (Window window : PlantedTraining.TRACE.plan().windows()) {
            int domain = window.domain().charAt(window.domain().length() - 1) - 'a';
            for (int i = 1; i < window.tokens().length; i++) {
                int[] now = PlantedTraining.experts(step, domain, window.tokens()[i]);
                int[] last = PlantedTraining.experts(8, domain, window.tokens()[i]);
                first += now[0] == last[0] ? 1 : 0;
                for (int expert : now) {
                    chosen += expert == last[0] || expert == last[1] ? 0.5 : 0;
                }
                tokens++;
            }
        }
        return new double[] {chosen / tokens, first / tokens};
    }

    @Test
    void saturationIsWhatWasPlanted() {
        TrainingHistory history = analyse();
        assertThat(warnings).isEmpty();
        for (int step : new int[] {0, 2, 4, 8}) {
            for (int layer : new int[] {0, 2}) {
                double[] plain = agreement(step);
                assertThat(value(history, step, "saturation", layer)).isCloseTo(plain[0], within(1e-8));
                assertThat(value(history, step, "saturation_first", layer)).isCloseTo(plain[1], within(1e-8));
            }
        }
        assertThat(value(history, 0, "saturation", 0)).isZero();
        assertThat(value(history, 2, "saturation", 0)).isCloseTo(2.0 / 3, within(1e-8));
        assertThat(value(history, 2, "saturation_first", 0)).isCloseTo(1.0 / 3, within(1e-8));
        assertThat(value(history, 8, "saturation", 2)).isEqualTo(1);
        Columns points = of(history, 4, "saturation");
        assertThat(points.number(0, "chance")).isEqualTo(0.25);
        assertThat(points.number(0, "ci_low")).isLessThan(points.number(0, "value"));
        assertThat(points.number(0, "ci_high")).isGreaterThan(points.number(0, "value"));
        assertThat(of(history, 4, "saturation_first").number(0, "chance")).isEqualTo(0.125);
    }

    @Test
    void agreementByLoadIsThatOfIndependentChoices() {
        TrainingHistory history = analyse();
        double[][] counts = new double[2][8];
        double tokens = 0;
        for (Window window : PlantedTraining.TRACE.plan().windows()) {
            int domain = window.domain().charAt(window.domain().length() - 1) - 'a';
            for (int i = 1; i < window.tokens().length; i++) {
                for (int choice = 0; choice < 2; choice++) {
                    counts[0][PlantedTraining.experts(2, domain, window.tokens()[i])[choice]]++;
                    counts[1][PlantedTraining.experts(8, domain, window.tokens()[i])[choice]]++;
                }
                tokens++;
            }
        }
        double expected = 0;
        for (int expert = 0; expert < 8; expert++) {
            // That an expert is among the two of one, and of the other; of two choices.
            expected += counts[0][expert] / tokens * (counts[1][expert] / tokens) / 2;
        }
        assertThat(of(history, 2, "saturation").number(0, "by_load")).isCloseTo(expected, within(1e-8));
    }

    @Test
    void theSentencesNameTheSteps() {
        TrainingHistory history = analyse();
        assertThat(agreement(4)[0]).isBetween(0.9, 0.99);
        assertThat(history.headline())
                .isEqualTo(
                        "Half of the last model’s choices of experts are in place by step 2 (25\u00a0% of the training), 90\u00a0%"
                                + " by step 4 (50\u00a0% of the training). Words come before topics: vocabulary has half of its final bits"
                                + " from the first probe on (step 0), topic beyond vocabulary by step 4 (50\u00a0% of the training).");
        assertThat(history.details())
                .anyMatch(text -> text.startsWith("Before any training, 0.0\u00a0% of the choices"))
                .contains("All layers have 90\u00a0% between steps 2 and 4.")
                .anyMatch(text -> text.startsWith("Topic beyond vocabulary tells")
                        && text.contains("(in 2 of 2 layers beyond chance), half of that between steps 2 and 4"))
                // 7.5 to 3.5: 5.5 is after step 4.
                .contains(
                        "The held-out loss falls from 7.50 to 3.50 nats a token, averaged over domains, half of it between"
                                + " steps 2 and 4.");
        assertThat(history.header().path("milestones").toString())
                .contains("{\"layer\":2,\"half\":2,\"most\":4,\"vocabulary\":0,\"topic\":4,");
        assertThat(history.header().path("notes").path(0).asString())
                .startsWith("The last probe is of step 8, while the training went on to step 9");
    }

    /** What is left out to save time changes nothing of the rest. */
    @Test
    void bitsAreThoseOfTheAnalysisOfOneTrace() {
        TrainingHistory history = analyse();
        Path one = folder.resolve("one");
        Analysis.run(run.resolve(PlantedTraining.trace(4)), one, OPTIONS);
        for (String quantity : List.of("token", "domain|token", "domain", "previous_choice")) {
            Columns expected = query("SELECT corrected_bits, ci_low, ci_high FROM "
                    + DuckDb.parquet(List.of(one.resolve("tables/information.parquet")))
                    + " WHERE choices = 'first' AND quantity = '" + quantity + "' ORDER BY layer");
            Columns found = of(history, 4, quantity);
            for (int layer = 0; layer < 2; layer++) {
                assertThat(found.number(layer, "value"))
                        .isCloseTo(expected.number(layer, "corrected_bits"), within(1e-7));
                assertThat(found.number(layer, "ci_low")).isCloseTo(expected.number(layer, "ci_low"), within(1e-7));
            }
        }
        Columns divergence = query("SELECT jsd_bits, null_mean FROM "
                + DuckDb.parquet(List.of(one.resolve("tables/divergence.parquet")))
                + " WHERE choices = 'either' AND domain_a = '' ORDER BY layer");
        assertThat(of(history, 4, "divergence").number(1, "value"))
                .isCloseTo(divergence.number(1, "jsd_bits"), within(1e-7));
        assertThat(of(history, 4, "divergence").number(1, "chance"))
                .isCloseTo(divergence.number(1, "null_mean"), within(1e-7));
    }

    @Test
    void aBrokenLineIsNamed() throws IOException {
        Path probes = run.resolve("probes.jsonl");
        List<String> lines = Files.readAllLines(probes);
        Files.writeString(probes, lines.get(0) + "\n{\"step\": 2,\n" + lines.get(2) + "\n");
        assertThatThrownBy(this::analyse)
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("probes.jsonl:2: expected");
        Files.writeString(probes, lines.get(0) + "\n" + lines.get(1).replace("200", "-1") + "\n");
        assertThatThrownBy(this::analyse).hasMessage(probes + ":2: expected \"tokens\", a count, found -1");
        Files.writeString(probes, lines.get(2) + "\n" + lines.get(1) + "\n");
        assertThatThrownBy(this::analyse).hasMessageContaining("probe 2: expected a step after 4, found 2");
        Files.writeString(probes, "");
        assertThatThrownBy(this::analyse).hasMessageContaining("one probe at least");
        assertThat(out).doesNotExist();
    }

    @Test
    void aLastLineThatWasCutOffIsLeftOut() throws IOException {
        Path probes = run.resolve("probes.jsonl");
        String all = Files.readString(probes);
        Files.writeString(probes, all.substring(0, all.length() - 20));
        TrainingHistory history = analyse();
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("probes.jsonl:4")
                .contains("cut off");
        assertThat(history.header().path("probes").size()).isEqualTo(3);
        assertThat(value(history, 4, "saturation", 0)).as("it is the last").isEqualTo(1);
    }

    @Test
    void aProbeWithoutItsTraceIsSkippedLoudly() {
        Folders.delete(run.resolve(PlantedTraining.trace(2)));
        TrainingHistory history = analyse();
        assertThat(warnings).singleElement().asString().startsWith("skipped, the probe after step 2: ");
        assertThat(history.header().path("notes").path(0).asString())
                .isEqualTo("The probe after step 2 is left out: "
                        + PlantedTraining.trace(2).replace("/", java.io.File.separator)
                        + ": expected a trace's folder with a trace.json, found none.");
        assertThat(history.headline()).contains("in place by step 4");
    }

    @Test
    void aTraceThatWasCutOffIsSkippedAndTheOneBeforeIsTheLast() throws IOException {
        Path header = run.resolve(PlantedTraining.trace(8)).resolve("trace.json");
        Files.writeString(header, Files.readString(header).replace("\"complete\" : true", "\"complete\" : false"));
        TrainingHistory history = analyse();
        assertThat(warnings).singleElement().asString().contains("expected a complete trace");
        assertThat(value(history, 4, "saturation", 0)).isEqualTo(1);
    }

    @Test
    void oneProbeIsEnoughToSayThatThereIsOne() throws IOException {
        Files.writeString(run.resolve("probes.jsonl"), PlantedTraining.probe(4));
        Files.delete(run.resolve("history.jsonl"));
        TrainingHistory history = analyse();
        assertThat(history.headline()).isEqualTo("One probe, after step 4: what came before it was not recorded.");
        assertThat(warnings).singleElement().asString().contains("history.jsonl");
        assertThat(history.tables().get("training_loss").rows()).isZero();
    }

    @Test
    void aTrainingWithoutProbesIsToldSo() throws IOException {
        Files.delete(run.resolve("probes.jsonl"));
        assertThat(TrainingAnalysis.isTraining(run)).isTrue();
        assertThat(TrainingAnalysis.isTraining(run.resolve(PlantedTraining.trace(2))))
                .isFalse();
        assertThatThrownBy(this::analyse).hasMessageContaining("probes.jsonl: expected the probes of a training");
    }

    @Test
    void theLastProbeMustBeOfTheSameTexts() throws IOException {
        Path header = run.resolve(PlantedTraining.trace(2)).resolve("trace.json");
        Files.writeString(header, Files.readString(header).replace("\"c7\"", "\"c8\""));
        assertThatThrownBy(this::analyse).hasMessageContaining("expected texts as in the last probe, c7, found c8");
    }

    @Test
    void stepsAreAveragedInBins() throws IOException {
        StringBuilder lines = new StringBuilder();
        double sum = 0;
        for (int step = 1; step <= 400; step++) {
            double loss = 9 - Math.sqrt(step) / 4;
            sum += Double.parseDouble(String.format(Locale.ROOT, "%f", loss));
            lines.append(PlantedTraining.step(step, loss));
        }
        Files.writeString(run.resolve("history.jsonl"), lines);
        Columns bins = analyse().tables().get("training_loss");
        assertThat(bins.rows()).isBetween(100, 250);
        assertThat(IntStream.range(0, bins.rows())
                        .map(i -> bins.integer(i, "steps"))
                        .sum())
                .isEqualTo(400);
        assertThat(IntStream.range(0, bins.rows())
                        .mapToDouble(i -> bins.integer(i, "steps") * bins.number(i, "loss"))
                        .sum())
                .isCloseTo(sum, within(1e-4));
        assertThat(bins.integer(49, "step")).as("the first ones are single").isEqualTo(50);
        assertThat(bins.integer(bins.rows() - 1, "step")).isEqualTo(400);
        assertThat(bins.number(3, "max_over_mean")).as("of 1.5 and 1").isEqualTo(1.25);
    }

    @Test
    void theTablesReadBackAreRefusedWhereTheyAreBroken() throws IOException {
        analyse();
        assertThat(out.resolve("probe.moira-tmp")).doesNotExist();
        Path table = out.resolve("tables/training.parquet");
        Files.write(table, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> TrainingHistory.read(out))
                .hasMessageContaining("training.parquet: expected a readable");
        Files.delete(table);
        assertThatThrownBy(() -> TrainingHistory.read(out)).hasMessageContaining("training.parquet: expected a table");
        Files.writeString(out.resolve("training.json"), "{}");
        assertThatThrownBy(() -> TrainingHistory.read(out)).hasMessageContaining("\"layers\", a list");
    }

    private static double value(TrainingHistory history, int step, String measure, int layer) {
        Columns rows = of(history, step, measure).where("layer", value -> ((Number) value).intValue() == layer);
        assertThat(rows.rows()).isEqualTo(1);
        return rows.number(0, "value");
    }

    private static Columns of(TrainingHistory history, int step, String measure) {
        return history.tables()
                .get("training")
                .where("measure", measure::equals)
                .where("step", value -> ((Number) value).intValue() == step);
    }

    private static Columns query(String sql) {
        try (DuckDb database = DuckDb.inMemory()) {
            Columns.Builder columns = new Columns.Builder();
            database.query(sql, columns::add);
            return columns.build();
        }
    }
}
