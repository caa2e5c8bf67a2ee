package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChanceTest {
    @Test
    void thePapersValues() {
        assertThat(Chance.any(8, 2)).isCloseTo(13.0 / 28, within(1e-15));
        assertThat(Chance.any(32, 4)).isCloseTo(0.431, within(5e-4));
        assertThat(Chance.any(256, 8)).isCloseTo(0.227, within(5e-4));
        assertThat(Chance.first(8)).isEqualTo(0.125);
        assertThat(Chance.chosen(8, 2)).isEqualTo(0.25);
        assertThat(Chance.together(8, 2)).isEqualTo(1.0 / 7);
        assertThat(Chance.dead(8, 2, 1)).isEqualTo(6);
    }

    /** Counts all pairs of sets. */
    @ParameterizedTest
    @CsvSource({"1,1", "4,1", "4,2", "6,3", "7,5", "8,2", "5,5"})
    void agreesWithCountingAllSets(int experts, int k) {
        int[] sets = IntStream.range(0, 1 << experts)
                .filter(set -> Integer.bitCount(set) == k)
                .toArray();
        long any = 0;
        long common = 0;
        for (int a : sets) {
            for (int b : sets) {
                any += (a & b) == 0 ? 0 : 1;
                common += Integer.bitCount(a & b);
            }
        }
        double pairs = (double) sets.length * sets.length;
        assertThat(Chance.any(experts, k)).isCloseTo(any / pairs, within(1e-12));
        assertThat(Chance.chosen(experts, k)).isCloseTo(common / pairs / k, within(1e-12));
    }
}
