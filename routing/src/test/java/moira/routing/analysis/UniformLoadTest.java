package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UniformLoadTest {
    @Test
    void oneTokenOfTwoAmongFour() {
        LoadShape shape = new UniformLoad(4, 2, 1).of(1);
        assertThat(shape.maxOverMean()).isCloseTo(2, within(1e-9));
        assertThat(shape.variation()).isCloseTo(1, within(1e-9));
        assertThat(shape.entropy()).isCloseTo(1, within(1e-9));
    }

    /** Just below and just above where counts are drawn from the normal distribution. */
    @ParameterizedTest
    @CsvSource({"8,2,399,401", "64,8,799,801", "16,1,1599,1601"})
    void bothWaysAgree(int experts, int k, int below, int above) {
        UniformLoad load = new UniformLoad(experts, k, 2);
        assertThat(load.of(below).maxOverMean()).isCloseTo(load.of(above).maxOverMean(), within(0.01));
        assertThat(load.of(below).variation()).isCloseTo(load.of(above).variation(), within(0.004));
        assertThat(load.of(below).entropy()).isCloseTo(load.of(above).entropy(), within(0.001));
    }

    /** The mean square of the variation is (E - k) / (n k): each count has variance n p (1 - p) about n p, p = k / E. */
    @ParameterizedTest
    @CsvSource({"8,2,1000000", "8,2,300", "64,8,100000"})
    void variationIsWhatTheVarianceSays(int experts, int k, long tokens) {
        double expected = Math.sqrt((experts - k) / ((double) tokens * k));
        assertThat(new UniformLoad(experts, k, 3).of(tokens).variation()).isBetween(expected * 0.94, expected * 1.005);
    }
}
