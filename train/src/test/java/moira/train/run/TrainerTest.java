package moira.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import moira.engine.MoiraException;
import moira.train.batch.BatchSource;
import moira.train.decoder.MixtralShape;
import moira.train.decoder.Parameters;
import moira.train.decoder.Precision;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Learning, on texts of which everything is known. */
class TrainerTest {
    private static final MixtralShape TINY = Planted.config(2, 16, 24, 4, 2);

    @TempDir
    private Path folder;

    private static Recipe recipe(double balance, long tokens) {
        return recipe(balance, tokens, Precision.FLOAT32);
    }

    private static Recipe recipe(double balance, long tokens, Precision precision) {
        return new Recipe(16, 24, 5e-3, 20, 0.01, 1, balance, tokens, 0, 1, precision);
    }

    private static BatchSource planted() {
        return new Planted(16, 24);
    }

    @ParameterizedTest
    @EnumSource
    void aPlantedCorpusIsLearntDownToItsEntropyAndNoExpertDies(Precision precision) {
        Recipe recipe = recipe(0.01, 16 * 24 * 600, precision);
        try (Parameters parameters = Parameters.random(TINY, 1);
                Trainer trainer = new Trainer(parameters, planted(), recipe)) {
            double last = 0;
            int averaged = 0;
            long[][] load = new long[2][4];
            while (trainer.spent() < 1) {
                StepReport report = trainer.step();
                if (report.step() > 500) {
                    last += report.loss();
                    averaged++;
                    for (int layer = 0; layer < 2; layer++) {
                        for (int e = 0; e < 4; e++) {
                            load[layer][e] += report.load()[layer][e];
                        }
                    }
                }
            }
            double entropy = new Planted(16, 24).entropy();
            System.out.printf(
                    "planted: loss %.4f, entropy %.4f; load %s%n", last / averaged, entropy, Arrays.deepToString(load));
            assertThat(averaged).isEqualTo(100);
            assertThat(last / averaged).isCloseTo(entropy, within(0.02 * entropy));
            for (long[] experts : load) {
                double mean = Arrays.stream(experts).average().orElseThrow();
                assertThat(Arrays.stream(experts).min().orElseThrow()).isGreaterThan((long) mean / 4);
            }
        }
    }

    /** The router's favourites learn most and are chosen the more: the experts that nobody asks stay what they were. */
    @Test
    void withoutTheBalanceLossSomeExpertsGetNextToNothing() {
        MixtralShape many = Planted.config(2, 16, 24, 16, 2);
        double without = idleShare(many, 0);
        double with = idleShare(many, 0.01);
        System.out.printf(
                "experts that got less than a tenth of their share: %.2f, with balance %.2f%n", without, with);
        assertThat(without).isGreaterThan(0.25);
        assertThat(with).isLessThan(0.05);
    }

    /** The share of experts with less than a tenth of their share of the last 50 of 300 steps. */
    private static double idleShare(MixtralShape config, double balance) {
        long[][] load = new long[config.layers()][config.experts()];
        try (Parameters parameters = Parameters.random(config, 1);
                Trainer trainer = new Trainer(parameters, planted(), recipe(balance, 16 * 24 * 300))) {
            while (trainer.spent() < 1) {
                StepReport report = trainer.step();
                if (report.step() > 250) {
                    for (int layer = 0; layer < load.length; layer++) {
                        for (int e = 0; e < config.experts(); e++) {
                            load[layer][e] += report.load()[layer][e];
                        }
                    }
                }
            }
        }
        double fair = 50.0 * 16 * 24 * config.expertsPerToken() / config.experts();
        long idle = Arrays.stream(load)
                .flatMapToLong(Arrays::stream)
                .filter(n -> n < fair / 10)
                .count();
        return (double) idle / (config.layers() * config.experts());
    }

    /** 25 steps, a checkpoint, another trainer of other weights: the same losses as 50 steps in one go. */
    @Test
    void aResumedTrainingHasTheLossesOfAnUninterruptedOne() {
        Recipe recipe = recipe(0.01, 16 * 24 * 75);
        CheckpointFile file = new CheckpointFile(folder.resolve("checkpoint"), recipe.identity(TINY));
        double[] whole = new double[75];
        try (Parameters parameters = Parameters.random(TINY, 1);
                Trainer trainer = new Trainer(parameters, planted(), recipe)) {
            for (int step = 0; step < 75; step++) {
                whole[step] = trainer.step().loss();
                if (step == 24) {
                    file.write(trainer.state());
                }
            }
        }
        try (Parameters parameters = Parameters.random(TINY, 2);
                Trainer trainer = new Trainer(parameters, planted(), recipe)) {
            file.read(trainer);
            assertThat(trainer.steps()).isEqualTo(25);
            for (int step = 25; step < 75; step++) {
                assertThat(trainer.step().loss()).as("step %d", step).isCloseTo(whole[step], within(1e-5));
            }
        }
        assertThat(whole[74]).isLessThan(whole[0] - 0.1);
    }

    /** Every tensor of a step is freed with it: 300 steps more leave as many as were there. */
    @Test
    void stepsLeaveNothingBehind() {
        try (Parameters parameters = Parameters.random(TINY, 1);
                Trainer trainer = new Trainer(parameters, planted(), recipe(0.01, 1_000_000))) {
            for (int step = 0; step < 20; step++) {
                trainer.step();
            }
            System.gc();
            long before = Pointer.totalCount();
            for (int step = 0; step < 300; step++) {
                trainer.step();
            }
            // What the collector has not cleared up yet, of which a step makes hundreds.
            assertThat(Pointer.totalCount()).isLessThan(before + 300);
        }
    }

    @Test
    void aCheckpointOfAnotherShapeIsRefusedInOneLine() throws IOException {
        Recipe recipe = recipe(0.01, 1000);
        Path path = folder.resolve("checkpoint");
        try (Parameters parameters = Parameters.random(TINY, 1);
                Trainer trainer = new Trainer(parameters, planted(), recipe)) {
            new CheckpointFile(path, recipe.identity(TINY)).write(trainer.state());
            MixtralShape wider = Planted.config(2, 32, 24, 4, 2);
            assertThatThrownBy(() -> new CheckpointFile(path, recipe.identity(wider)).read(trainer))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageEndingWith("width: expected 32 as in this command, found 16");
            // The same words, other tensors.
            new CheckpointFile(path, Map.of()).write(trainer.state());
            try (Parameters other = Parameters.random(wider, 1);
                    Trainer wide = new Trainer(other, planted(), recipe)) {
                assertThatThrownBy(() -> new CheckpointFile(path, Map.of()).read(wide))
                        .isInstanceOf(MoiraException.class)
                        .hasMessageContaining("tensor");
            }
            byte[] bytes = Files.readAllBytes(path);
            Files.write(path, Arrays.copyOf(bytes, bytes.length / 2));
            assertThatThrownBy(() -> new CheckpointFile(path, Map.of()).read(trainer))
                    .isInstanceOf(MoiraException.class);
        }
    }

    @Test
    void aLossThatIsNoNumberStopsBeforeTheWeightsChange() {
        Recipe recipe = recipe(0, 1000);
        try (Parameters parameters = Parameters.random(TINY, 1);
                Trainer trainer = new Trainer(parameters, planted(), recipe)) {
            trainer.step();
            FloatBuffer norm = parameters.get("model.norm.weight").createBuffer();
            norm.put(0, Float.NaN);
            float before = norm.get(1);
            assertThatThrownBy(trainer::step)
                    .isInstanceOf(MoiraException.class)
                    .hasMessage("step 2, loss: expected a number, found NaN");
            assertThat(norm.get(1)).isEqualTo(before);
            assertThat(trainer.steps()).isEqualTo(1);
        }
    }
}
