package moira.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThat(sampler.next(new float[] {Float.NaN, -5, Float.NEGATIVE_INFINITY}))
                .isEqualTo(1);
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

    @Test
    void brokenLogitsAreAnErrorNotAToken() {
        float[] nan = {Float.NaN, Float.NaN};
        assertThatThrownBy(() -> new Sampler(SamplingOptions.greedy()).next(nan))
                .isInstanceOf(MoiraException.class);
        assertThatThrownBy(() -> new Sampler(new SamplingOptions(1, 0, 1, 0, 1, 5)).next(nan))
                .isInstanceOf(MoiraException.class);
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
