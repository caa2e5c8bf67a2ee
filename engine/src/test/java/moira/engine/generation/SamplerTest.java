package moira.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
    private static final int DRAWS = 20_000;
    /** Probabilities 0.1, 0.4, 0.2, 0.3. */
    private static final float[] LOGITS = {log(0.1), log(0.4), log(0.2), log(0.3)};

    private static float log(double p) {
        return (float) Math.log(p);
    }

    @Test
    void greedyTakesTheLikeliestAndTheLowestOfATie() {
        Sampler sampler = new Sampler(SamplingOptions.greedy());
        assertThat(sampler.next(LOGITS)).isEqualTo(1);
        assertThat(sampler.next(new float[] {1, 3, 3, 2})).isEqualTo(1);
        assertThat(sampler.next(new float[] {Float.NEGATIVE_INFINITY, -5, -6})).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(floats = {1e-6f, 1e-30f, Float.MIN_VALUE})
    void aVeryLowTemperatureIsGreedy(float temperature) {
        Sampler sampler = new Sampler(new SamplingOptions(temperature, 0, 1, 0, 1, 5));
        float[] negative = {-4, -2, -3, -2.5f};
        float[] positive = {4, 2, 30, 2.5f};
        float[] near = {1, Math.nextUp(10f), 10, -1e30f};
        float[] far = {Float.MAX_VALUE, -Float.MAX_VALUE, 0, Float.NEGATIVE_INFINITY};
        float[] infinite = {1, Float.MAX_VALUE, Float.POSITIVE_INFINITY, 3};
        for (int i = 0; i < 100; i++) {
            assertThat(sampler.next(LOGITS)).isEqualTo(1);
            assertThat(sampler.next(negative)).isEqualTo(1);
            assertThat(sampler.next(positive)).isEqualTo(2);
            assertThat(sampler.next(far)).isZero();
            assertThat(sampler.next(infinite)).isEqualTo(2);
            // One unit in the last place is a likelihood ratio of e at a temperature of 1e-6.
            assertThat(sampler.next(near)).isBetween(1, temperature < 1e-20f ? 1 : 2);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e9f, Float.MAX_VALUE})
    void aVeryHighTemperatureIsUniform(float temperature) {
        assertShares(shares(new SamplingOptions(temperature, 0, 1, 0, 1, 5)), 0.25, 0.25, 0.25, 0.25);
        assertShares(shares(new SamplingOptions(temperature, 2, 1, 0, 1, 5)), 0, 0.5, 0, 0.5);
    }

    @Test
    void theFiltersEndsKeepAllOrTheLikeliest() {
        assertShares(shares(new SamplingOptions(1, 0, Float.MIN_VALUE, 0, 1, 5)), 0, 1, 0, 0);
        assertShares(shares(new SamplingOptions(1, 0, Math.nextDown(1f), 0, 1, 5)), 0.1, 0.4, 0.2, 0.3);
        assertShares(shares(new SamplingOptions(1, 0, 1, Math.nextDown(1f), 1, 5)), 0, 1, 0, 0);
        assertShares(shares(new SamplingOptions(1, 0, 1, Float.MIN_VALUE, 1, 5)), 0.1, 0.4, 0.2, 0.3);
        assertShares(shares(new SamplingOptions(1, 1, 1, 0, 1, 5)), 0, 1, 0, 0);
        assertShares(shares(new SamplingOptions(1, Integer.MAX_VALUE, 1, 0, 1, 5)), 0.1, 0.4, 0.2, 0.3);
    }

    /** A penalty near 0 divides as much as a temperature does: what was seen has all of the probability then. */
    @Test
    void theSmallestPenaltyIsNoInfinity() {
        Sampler sampler = new Sampler(new SamplingOptions(1, 0, 1, 0, Float.MIN_VALUE, 5));
        sampler.accept(1, 3);
        for (int i = 0; i < 100; i++) {
            assertThat(sampler.next(new float[] {30, 5, 20, 6})).isEqualTo(3);
        }
    }

    @Test
    void drawsFollowTheSoftmax() {
        assertShares(shares(new SamplingOptions(1, 0, 1, 0, 1, 5)), 0.1, 0.4, 0.2, 0.3);
    }

    @Test
    void temperatureSharpens() {
        // p^2, normed
        assertShares(shares(new SamplingOptions(0.5f, 0, 1, 0, 1, 5)), 0.01 / 0.3, 0.16 / 0.3, 0.04 / 0.3, 0.09 / 0.3);
    }

    @Test
    void topKKeepsTheLikeliest() {
        assertShares(shares(new SamplingOptions(1, 2, 1, 0, 1, 5)), 0, 4 / 7.0, 0, 3 / 7.0);
    }

    /** Against a sort of the whole vocabulary, with many ties. */
    @Test
    void topKKeepsTheLowestTokensOfATie() {
        Random random = new Random(9);
        for (int round = 0; round < 50; round++) {
            float[] logits = new float[40];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = random.nextInt(6);
            }
            int k = 1 + random.nextInt(logits.length);
            Set<Integer> expected = IntStream.range(0, logits.length)
                    .boxed()
                    .sorted((a, b) -> Float.compare(logits[b], logits[a]))
                    .limit(k)
                    .collect(Collectors.toSet());
            Sampler sampler = new Sampler(new SamplingOptions(Float.MAX_VALUE, k, 1, 0, 1, round));
            Set<Integer> drawn = new HashSet<>();
            for (int i = 0; i < 2000; i++) {
                drawn.add(sampler.next(logits));
            }
            assertThat(drawn).isEqualTo(expected);
        }
    }

    @Test
    void topPKeepsTheSmallestSetThatReachesIt() {
        assertShares(shares(new SamplingOptions(1, 0, 0.65f, 0, 1, 5)), 0, 4 / 7.0, 0, 3 / 7.0);
        assertShares(shares(new SamplingOptions(1, 0, 0.75f, 0, 1, 5)), 0, 4 / 9.0, 2 / 9.0, 3 / 9.0);
        assertShares(shares(new SamplingOptions(1, 0, 0.01f, 0, 1, 5)), 0, 1, 0, 0);
    }

    @Test
    void minPIsRelativeToTheLikeliest() {
        assertShares(shares(new SamplingOptions(1, 0, 1, 0.6f, 1, 5)), 0, 4 / 7.0, 0, 3 / 7.0);
    }

    @Test
    void thePenaltyMakesRepetitionLessLikelyWhateverTheSign() {
        Sampler sampler = new Sampler(new SamplingOptions(0, 0, 1, 0, 2, 5));
        sampler.accept(0, 2);
        assertThat(sampler.next(new float[] {3, 2, 1})).isEqualTo(1);
        assertThat(sampler.next(new float[] {-1, -1.5f, -1})).isEqualTo(1);
    }

    @Test
    void theSeedDecides() {
        assertThat(drawn(new SamplingOptions(1, 0, 1, 0, 1, 11)))
                .isEqualTo(drawn(new SamplingOptions(1, 0, 1, 0, 1, 11)));
        assertThat(drawn(new SamplingOptions(1, 0, 1, 0, 1, 11)))
                .isNotEqualTo(drawn(new SamplingOptions(1, 0, 1, 0, 1, 12)));
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 1, Float.MIN_VALUE})
    void brokenLogitsAreAnErrorNotAToken(float temperature) {
        Sampler sampler = new Sampler(new SamplingOptions(temperature, 0, 1, 0, 1, 5));
        assertThatThrownBy(() -> sampler.next(new float[] {1, Float.NaN, 3}))
                .isInstanceOf(MoiraException.class)
                .hasMessage("logits: expected numbers, found NaN for token 1: the model's weights are broken");
        float[] none = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
        assertThatThrownBy(() -> sampler.next(none))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("found -infinity for every token");
    }

    @ParameterizedTest
    @CsvSource({
        "-1,0,1,0,1",
        "NaN,0,1,0,1",
        "1,-1,1,0,1",
        "1,0,0,0,1",
        "1,0,1.1,0,1",
        "1,0,1,1,1",
        "1,0,1,-0.1,1",
        "1,0,1,0,0"
    })
    void optionsAreChecked(float temperature, int topK, float topP, float minP, float penalty) {
        assertThatThrownBy(() -> new SamplingOptions(temperature, topK, topP, minP, penalty, 0))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("expected");
    }

    private static int[] drawn(SamplingOptions options) {
        Sampler sampler = new Sampler(options);
        int[] drawn = new int[DRAWS];
        Arrays.setAll(drawn, i -> sampler.next(LOGITS));
        return drawn;
    }

    private static double[] shares(SamplingOptions options) {
        double[] shares = new double[LOGITS.length];
        for (int token : drawn(options)) {
            shares[token] += 1.0 / DRAWS;
        }
        return shares;
    }

    /** Within four standard errors; exactly zero where nothing may be drawn. */
    private static void assertShares(double[] found, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i])
                    .isCloseTo(expected[i], within(4 * Math.sqrt(expected[i] * (1 - expected[i]) / DRAWS) + 1e-9));
        }
    }
}
